package dev.messplus.bench.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A Prometheus that is asked for the course of queries. */
final class Prometheus {

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    /**
     * A Prometheus.
     *
     * @param url without a path, such as {@code http://127.0.0.1:9090}
     */
    Prometheus(String url) {
        this.url = url;
    }

    /**
     * The times that queries are evaluated at.
     *
     * @param start of the first, in seconds since 1970
     * @param step seconds from each to the next
     * @param count how many, at least 1
     */
    record Steps(long start, long step, int count) {

        /** Some 240 steps that end now, at least a second apart. */
        static Steps ofTheLast(int minutes) {
            long seconds = 60L * minutes;
            long step = Math.max(1, seconds / 240);
            long end = Instant.now().getEpochSecond();
            return new Steps(end - seconds, step, (int) (seconds / step) + 1);
        }

        long end() {
            return start + step * (count - 1);
        }
    }

    /**
     * The answer of a query.
     *
     * @param values one for each step; null where there is none, or no finite one
     */
    record Series(Map<String, String> labels, List<Double> values) {}

    /**
     * Asks a query.
     *
     * @throws IllegalArgumentException if Prometheus refuses it
     */
    List<Series> ask(String query, Steps steps) throws IOException, InterruptedException {
        String parameters =
                "query=%s&start=%d&end=%d&step=%d"
                        .formatted(
                                URLEncoder.encode(query, StandardCharsets.UTF_8),
                                steps.start(),
                                steps.end(),
                                steps.step());
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(url + "/api/v1/query_range?" + parameters))
                                .build(),
                        BodyHandlers.ofString());
        JsonNode answer = Json.MAPPER.readTree(response.body());
        if (!answer.path("status").asText().equals("success")) {
            throw new IllegalArgumentException(
                    "Prometheus refuses %s: %s".formatted(query, answer.path("error").asText()));
        }
        return answer.at("/data/result")
                .valueStream()
                .map(series -> new Series(labels(series), values(series, steps)))
                .toList();
    }

    private static Map<String, String> labels(JsonNode series) {
        return series.get("metric")
                .propertyStream()
                .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getValue().asText()));
    }

    private static List<Double> values(JsonNode series, Steps steps) {
        List<Double> values = new ArrayList<>(Collections.nCopies(steps.count(), null));
        for (JsonNode sample : series.get("values")) {
            double value = number(sample.get(1).asText());
            if (Double.isFinite(value)) {
                long passed = sample.get(0).asLong() - steps.start();
                values.set((int) (passed / steps.step()), value);
            }
        }
        return values;
    }

    /** Prometheus writes {@code +Inf} where Java has {@code Infinity}. */
    private static double number(String text) {
        return Double.parseDouble(text.replace("Inf", "Infinity"));
    }
}
