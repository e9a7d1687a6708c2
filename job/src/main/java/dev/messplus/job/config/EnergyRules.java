package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses fields of an energy section that would have no effect. */
final class EnergyRules {

    private static final Set<String> DEVICE_SOURCES = Set.of("nvml", "dcgm", "rapl");

    private static final List<String> DEVICE_FIELDS =
            List.of("samplePeriodMillis", "attribution", "promptTokenWeight", "tokenCounters");

    private static final Map<String, List<String>> SOURCE_FIELDS =
            Map.of(
                    "nvml", List.of("gpus", "library"),
                    "dcgm", List.of("url", "gpus"),
                    "rapl", List.of("packages", "root"),
                    "response", List.of("pointer", "sourcePointer", "joulesPerUnit", "estimated"),
                    "tokens", List.of("joulesPerPromptToken", "joulesPerCompletionToken"),
                    "constant", List.of("joulesPerRequest"));

    private static final List<String> TOKEN_FIELDS = List.of("promptTokenWeight", "tokenCounters");

    private EnergyRules() {}

    /** Checks the file itself, since a {@link MessConfig} does not tell defaults from settings. */
    static void check(JsonNode tree, List<String> errors) {
        for (Map.Entry<String, JsonNode> model : tree.get("zoo").properties()) {
            check("zoo." + model.getKey() + ".energy.", model.getValue().get("energy"), errors);
        }
    }

    private static void check(String path, JsonNode energy, List<String> errors) {
        String source = energy.get("source").asText();
        List<String> known = fieldsOf(source);
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
    }

    private static List<String> fieldsOf(String source) {
        List<String> fields = new ArrayList<>(List.of("source"));
        fields.addAll(SOURCE_FIELDS.get(source));
        if (DEVICE_SOURCES.contains(source)) {
            fields.addAll(DEVICE_FIELDS);
        }
        fields.addAll(List.of("priorJoules", "priorJoulesPerToken"));
        return fields;
    }
}
