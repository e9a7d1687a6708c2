package dev.messplus.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;

/** Flink's REST API, the source of the web UI. */
public final class RestApi {

    /** Metrics per request: the address must not become too long. */
    private static final int MAX_IDS = 30;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String url;

    /** The API at a cluster's address. */
    public RestApi(String url) {
        this.url = url;
    }

    /**
     * A page below the one of a job, such as {@code /exceptions}.
     *
     * @throws IOException if the server refuses, as while it starts the job or is short of time
     */
    public JsonNode get(JobID job, String path) throws IOException, InterruptedException {
        return TestJson.MAPPER.readTree(text("/jobs/" + job + path));
    }

    /**
     * Writes to a page below the one of a job.
     *
     * @throws IOException if the server refuses
     */
    public void put(JobID job, String path, Object body) throws IOException, InterruptedException {
        send(
                "/jobs/" + job + path,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .PUT(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        TestJson.MAPPER.writeValueAsBytes(body))));
    }

    /**
     * Any page as text.
     *
     * @throws IOException if the server refuses
     */
    public String text(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder());
    }

    private String send(String path, HttpRequest.Builder of)
            throws IOException, InterruptedException {
        HttpRequest request = of.uri(URI.create(url + path)).build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    "%s %s: status %d, %s"
                            .formatted(
                                    request.method(),
                                    path,
                                    response.statusCode(),
                                    response.body()));
        }
        return response.body();
    }

    /** All metrics of an operator below a name, from whichever subtask has them. */
    public Map<String, Double> metrics(JobID job, String operator, String below)
            throws IOException, InterruptedException {
        Map<String, Double> found = new TreeMap<>();
        for (JsonNode vertex : get(job, "").get("vertices")) {
            if (vertex.get("name").asText().contains(operator)) {
                String path = "/vertices/" + vertex.get("id").asText() + "/metrics";
                Pattern name = Pattern.compile("\\d+\\." + operator + "\\.(" + below + "\\..+)");
                List<String> ids = new ArrayList<>();
                for (JsonNode metric : get(job, path)) {
                    if (name.matcher(metric.get("id").asText()).matches()) {
                        ids.add(metric.get("id").asText());
                    }
                }
                for (int i = 0; i < ids.size(); i += MAX_IDS) {
                    List<String> some = ids.subList(i, Math.min(i + MAX_IDS, ids.size()));
                    for (JsonNode metric : get(job, path + "?get=" + String.join(",", some))) {
                        Matcher matcher = name.matcher(metric.get("id").asText());
                        if (matcher.matches()) {
                            found.put(matcher.group(1), metric.get("value").asDouble());
                        }
                    }
                }
            }
        }
        return found;
    }

    /** A metric of an operator, summed over its subtasks; {@code NaN} while no subtask has it. */
    public double metric(JobID job, String operator, String name)
            throws IOException, InterruptedException {
        return metric(job, operator, operator, name);
    }

    /**
     * The same of an operator that has another name in its metrics.
     *
     * @param vertexName part of the name of the vertex that it is in
     */
    public double metric(JobID job, String operator, String vertexName, String name)
            throws IOException, InterruptedException {
        JsonNode vertices = get(job, "").get("vertices");
        if (vertices.isEmpty()) {
            return Double.NaN; // the job is starting
        }
        for (JsonNode vertex : vertices) {
            if (vertex.get("name").asText().contains(vertexName)) {
                double sum = Double.NaN;
                for (int subtask = 0; subtask < vertex.get("parallelism").asInt(); subtask++) {
                    String metrics = "/vertices/" + vertex.get("id").asText() + "/metrics?get=";
                    String id = subtask + "." + operator + "." + name;
                    for (JsonNode metric : get(job, metrics + id)) {
                        double value = metric.get("value").asDouble();
                        sum = Double.isNaN(sum) ? value : sum + value;
                    }
                }
                return sum;
            }
        }
        throw new AssertionError("no vertex with the operator " + operator);
    }
}
