package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Puts what holds by default, according to the schema, where a file is silent. */
public final class Defaults {

    private Defaults() {}

    /**
     * A section that a program makes, not a file. Its settings are not checked.
     *
     * @throws IllegalArgumentException if a setting is unknown or has another type; the cause says
     *     which
     */
    public static <T> T section(Class<T> section, Map<String, ?> settings) {
        ObjectNode tree = StrictYaml.MAPPER.valueToTree(settings);
        fill(SettingsSchema.section(section), tree);
        return StrictYaml.MAPPER.convertValue(tree, section);
    }

    static void fill(JsonNode schema, JsonNode value) {
        JsonNode rules = Alternatives.chosen(schema, value);
        if (value instanceof ObjectNode mapping) {
            rules.path("properties")
                    .properties()
                    .forEach(rule -> add(rule.getKey(), rule.getValue(), mapping));
        }
        JsonNode ofElements = rules.path(value.isArray() ? "items" : "additionalProperties");
        if (ofElements.isObject()) {
            value.forEach(element -> fill(ofElements, element));
        }
    }

    /** A section that has no required setting is there by default. */
    private static void add(String name, JsonNode rules, ObjectNode mapping) {
        if (!mapping.has(name)) {
            if (rules.has("default")) {
                mapping.set(name, rules.get("default"));
            } else if (rules.path("type").asText().equals("object") && !rules.has("required")) {
                mapping.putObject(name);
            }
        }
        if (mapping.has(name)) {
            fill(rules, mapping.get(name));
        }
    }
}
