package dev.messplus.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
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

/** Flink's REST API, which is what the web UI shows. */
public final class RestApi {

    /** In one address, which must not be too long. */
    private static final int MOST_IDS = 30;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String url;

    /** The API at a cluster's address. */
    public RestApi(String url) {
        this.url = url;
    }

    /** What is at a path below the job's. */
    public JsonNode get(JobID job, String path) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(text("/jobs/" + job + path));
    }

    /** What is at any path, as it is. */
    String text(String path) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(url + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Metrics of an operator below a name, of whichever of its subtasks has them. */
    Map<String, Double> metrics(JobID job, String operator, String below)
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
                for (int i = 0; i < ids.size(); i += MOST_IDS) {
                    List<String> some = ids.subList(i, Math.min(i + MOST_IDS, ids.size()));
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

    /** A metric of an operator, summed over its subtasks; {@code NaN} while there is none. */
    public double metric(JobID job, String operator, String name)
            throws IOException, InterruptedException {
        JsonNode vertices = get(job, "").get("vertices");
        if (vertices.isEmpty()) {
            return Double.NaN; // the job is being started
        }
        for (JsonNode vertex : vertices) {
            if (vertex.get("name").asText().contains(operator)) {
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
