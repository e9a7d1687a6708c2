package dev.messplus.job.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Prometheus on loopback that scrapes one page every second. */
public final class PrometheusServer implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String url;

    private PrometheusServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts the one that is installed.
     *
     * @param folder for its configuration, data and log
     * @param target host and port of the page
     * @param rules a file of rules
     * @return empty if none is installed
     */
    public static Optional<PrometheusServer> start(Path folder, String target, Path rules)
            throws IOException {
        Files.createDirectories(folder);
        Path config =
                Files.writeString(
                        folder.resolve("prometheus.yml"),
                        """
                        global: { scrape_interval: 1s, evaluation_interval: 1s }
                        rule_files: ["%s"]
                        scrape_configs: [{ job_name: flink, static_configs: [{ targets: ["%s"] }] }]
                        """
                                .formatted(rules.toAbsolutePath().normalize(), target));
        String address = Ports.LOOPBACK + ":" + Ports.free();
        ProcessBuilder command =
                new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + address);
        command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
        try {
            return Optional.of(new PrometheusServer(command.start(), "http://" + address));
        } catch (IOException e) {
            return Optional.empty(); // there is no such command
        }
    }

    /**
     * What a query gives now.
     *
     * @return one node per series, with {@code metric} and {@code value}
     * @throws AssertionError if Prometheus refuses the query
     */
    public JsonNode query(String query) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .get("result");
    }

    /** The rules, each with its {@code health} and {@code lastError}. */
    public List<JsonNode> rules() throws IOException, InterruptedException {
        return get("/api/v1/rules").findValues("rules").stream()
                .flatMap(rules -> rules.valueStream())
                .toList();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(URI.create(url + path)).build(),
                        BodyHandlers.ofString());
        JsonNode answer = Json.MAPPER.readTree(response.body());
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(path + ": " + response.body());
        }
        return answer.get("data");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
