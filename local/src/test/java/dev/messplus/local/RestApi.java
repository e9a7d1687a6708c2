package dev.messplus.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.flink.api.common.JobID;

/** Flink's REST API, which is what the web UI shows. */
public final class RestApi {

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
