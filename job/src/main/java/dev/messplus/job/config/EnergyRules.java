package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import dev.messplus.http.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Refuses fields of an energy section that would have no effect. */
final class EnergyRules {

    private static final Set<String> DEVICE_SOURCES = Set.of("nvml", "dcgm", "rapl");

    private static final List<String> DEVICE_FIELDS =
            List.of(
                    "samplePeriodMillis",
                    "attribution",
                    "promptTokenWeight",
                    "modelWeight",
                    "tokenCounters",
                    "idle",
                    "settleMillis",
                    "user",
                    "apiKey",
                    "trustStore");

    private static final Map<String, List<String>> SOURCE_FIELDS =
            Map.of(
                    "nvml", List.of("gpus", "library"),
                    "dcgm", List.of("url", "gpus"),
                    "rapl", List.of("packages", "root"),
                    "response", List.of("pointer", "sourcePointer", "joulesPerUnit", "estimated"),
                    "tokens", List.of("joulesPerPromptToken", "joulesPerCompletionToken"),
                    "constant", List.of("joulesPerRequest"));

    private static final List<String> PRIORS = List.of("priorJoules", "priorJoulesPerToken");

    private static final List<String> TOKEN_FIELDS =
            List.of("promptTokenWeight", "modelWeight", "tokenCounters");

    private static final List<String> ACCESS_FIELDS = List.of("user", "apiKey", "trustStore");

    private final String modelPath;
    private final JsonNode model;
    private final List<String> errors;

    private EnergyRules(String modelPath, JsonNode model, List<String> errors) {
        this.modelPath = modelPath;
        this.model = model;
        this.errors = errors;
    }

    /** Checks the file itself, since a {@link MessConfig} does not tell defaults from settings. */
    static void check(JsonNode tree, List<String> errors) {
        for (Map.Entry<String, JsonNode> model : tree.get("zoo").properties()) {
            new EnergyRules("zoo." + model.getKey() + ".", model.getValue(), errors).check();
        }
    }

    private void check() {
        JsonNode energy = model.get("energy");
        String path = modelPath + "energy.";
        JsonNode sources = energy.path("sources");
        if (sources.isMissingNode()) {
            checkSource(path, energy, PRIORS);
            return;
        }
        energy.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!field.equals("sources") && !PRIORS.contains(field)) {
                                errors.add(
                                        "%s%s: has no effect beside sources; move it into one of them, or remove it"
                                                .formatted(path, field));
                            }
                        });
        for (int i = 0; i < sources.size(); i++) {
            checkSource(path + "sources[" + i + "].", sources.get(i), List.of());
        }
    }

    private void checkSource(String path, JsonNode energy, List<String> priors) {
        String source = energy.get("source").asText();
        List<String> known = fieldsOf(source, priors);
        energy.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!known.contains(field)) {
                                errors.add(
                                        "%s%s: is not a field of source %s, which has %s; remove it"
                                                .formatted(
                                                        path,
                                                        field,
                                                        source,
                                                        String.join(", ", known)));
                            }
                        });
        for (String field : TOKEN_FIELDS) {
            if (energy.has(field) && !energy.path("attribution").asText().equals("tokens")) {
                errors.add(
                        "%s%s: has no effect without attribution: tokens; set that, or remove the field"
                                .formatted(path, field));
            }
        }
        if (DEVICE_SOURCES.contains(source)) {
            checkAccess(path, energy, source);
        }
    }

    private void checkAccess(String path, JsonNode energy, String source) {
        if (energy.has("user") && !energy.has("apiKey")) {
            errors.add(path + "user: needs apiKey, which is its password; set that, or remove it");
        }
        String counters = energy.path("tokenCounters").asText();
        boolean ownServer = Origin.same(model.get("url").asText(), counters);
        if (source.equals("dcgm") || (!counters.isEmpty() && !ownServer)) {
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

    /**
     * The fields that an energy section may have, by its source.
     *
     * @param location where the section is in the file
     * @return empty if this is no energy section, or if it names no source that is known
     */
    static Optional<List<String>> fieldsOf(JsonNodePath location, JsonNode section) {
        String source = section.path("source").asText();
        boolean part = location.contains("sources");
        return location.contains("energy") && SOURCE_FIELDS.containsKey(source)
                ? Optional.of(fieldsOf(source, part ? List.of() : PRIORS))
                : Optional.empty();
    }

    private static List<String> fieldsOf(String source, List<String> priors) {
        List<String> fields = new ArrayList<>(List.of("source"));
        fields.addAll(SOURCE_FIELDS.get(source));
        if (DEVICE_SOURCES.contains(source)) {
            fields.addAll(DEVICE_FIELDS);
        }
        fields.addAll(priors);
        return fields;
    }
}
