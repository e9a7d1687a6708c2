package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.http.Origin;
import java.util.List;
import java.util.Map;

/** Refuses fields of an energy section that would have no effect. */
final class EnergyRules {

    private static final List<String> TOKEN_FIELDS = List.of("promptTokenWeight", "tokenCounters");

    private static final List<String> ACCESS_FIELDS = List.of("user", "apiKey", "trustStore");

    private final String modelPath;
    private final JsonNode model;
    private final List<String> errors;

    private EnergyRules(String modelPath, JsonNode model, List<String> errors) {
        this.modelPath = modelPath;
        this.model = model;
        this.errors = errors;
    }

    /**
     * Checks the file itself, since a {@link MessConfig} does not distinguish defaults from
     * settings.
     */
    static void check(JsonNode tree, List<String> errors) {
        for (String section : List.of("zoo", "judges")) {
            for (Map.Entry<String, JsonNode> model : tree.path(section).properties()) {
                String path = section + "." + model.getKey() + ".";
                new EnergyRules(path, model.getValue(), errors).check();
            }
        }
    }

    private void check() {
        JsonNode energy = model.get("energy");
        String path = modelPath + "energy.";
        JsonNode sources = energy.path("sources");
        if (sources.isMissingNode()) {
            checkSource(path, energy);
        }
        for (int i = 0; i < sources.size(); i++) {
            checkSource(path + "sources[" + i + "].", sources.get(i));
        }
    }

    private void checkSource(String path, JsonNode energy) {
        for (String field : TOKEN_FIELDS) {
            if (energy.has(field) && !energy.path("attribution").asText().equals("tokens")) {
                errors.add(
                        "%s%s: has no effect without attribution: tokens; set that, or remove the field"
                                .formatted(path, field));
            }
        }
        checkAccess(path, energy);
    }

    private void checkAccess(String path, JsonNode energy) {
        if (energy.has("user") && !energy.has("apiKey")) {
            errors.add(path + "user: needs apiKey, which is its password; set that, or remove it");
        }
        String counters = energy.path("tokenCounters").asText();
        boolean ownServer = Origin.same(model.get("url").asText(), counters);
        if (energy.has("url") || (!counters.isEmpty() && !ownServer)) {
            return;
        }
        for (String field : ACCESS_FIELDS) {
            if (energy.has(field)) {
                errors.add(
                        ownServer
                                ? "%s%s: has no effect, because tokenCounters is a page of the model's own server, for which %sapiKey and %strustStore hold; remove it"
                                        .formatted(path, field, modelPath, modelPath)
                                : "%s%s: has no effect without tokenCounters; set that, or remove the field"
                                        .formatted(path, field));
            }
        }
    }
}
