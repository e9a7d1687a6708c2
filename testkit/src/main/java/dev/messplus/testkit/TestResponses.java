package dev.messplus.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Reads records of the responses topic. */
public final class TestResponses {

    private TestResponses() {}

    /** Ids without repetitions, sorted. */
    public static Set<String> distinctIds(List<JsonNode> responses) {
        Set<String> ids = new TreeSet<>();
        responses.forEach(response -> ids.add(response.get("id").asText()));
        return ids;
    }

    /** Whether a model answered. */
    public static boolean isAnswered(JsonNode response) {
        return is(response, "status", "ok");
    }

    /** Whether a field of a response has a value. */
    public static boolean is(JsonNode response, String field, String value) {
        return response.get(field).asText().equals(value);
    }

    /** Share of the responses with a property, in [0, 1]. */
    public static double share(List<JsonNode> responses, Predicate<JsonNode> property) {
        return responses.stream().filter(property).count() / (double) responses.size();
    }

    /** Share of the responses by a model, in [0, 1]. */
    public static double shareOf(String model, List<JsonNode> responses) {
        return share(responses, response -> is(response, "model", model));
    }

    /** Mean score of the responses that have one. */
    public static double meanScore(List<JsonNode> responses) {
        return responses.stream()
                .filter(response -> response.has("score"))
                .mapToDouble(response -> response.get("score").asDouble())
                .average()
                .orElseThrow();
    }

    /** The score that a response deserves: 0 if the model did not know the answer, 1 otherwise. */
    public static double truth(JsonNode response) {
        return is(response, "output", "unknown") ? 0 : 1;
    }

    /** A record of the feedback topic: a user scores a response. */
    public static String label(JsonNode response, double score) {
        return TestJson.MAPPER
                .createObjectNode()
                .put("request_id", response.get("id").asText())
                .put("sla", response.get("sla").asText())
                .put("model", response.get("model").asText())
                .put("score", score)
                .put("source", "user")
                .toString();
    }
}
