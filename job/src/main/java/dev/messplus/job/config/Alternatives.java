package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The alternatives of {@code oneOf} in a schema: one for each value of the field {@code source},
 * and possibly one without this field.
 */
final class Alternatives {

    private static final String CONST = "/properties/" + EnergySourceNames.NAME + "/const";

    private Alternatives() {}

    /** The value of {@code source} that an alternative is for; missing if it has no such field. */
    static JsonNode source(JsonNode alternative) {
        return alternative.at(CONST);
    }

    static JsonNode chosen(JsonNode schema, JsonNode value) {
        JsonNode source = value.path(EnergySourceNames.NAME);
        for (JsonNode alternative : schema.path("oneOf")) {
            if (source(alternative).equals(source)
                    || (source.isMissingNode() && source(alternative).isMissingNode())) {
                return alternative;
            }
        }
        return schema;
    }

    /**
     * A copy of a schema in which {@code if} and {@code then} stand for {@code oneOf}. A validator
     * reports the errors of all alternatives of {@code oneOf}, but here of the chosen one alone.
     */
    static JsonNode asConditions(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        copy.findParents("oneOf").forEach(parent -> replace((ObjectNode) parent));
        return copy;
    }

    private static void replace(ObjectNode schema) {
        JsonNode alternatives = schema.remove("oneOf");
        ObjectNode bySource = JsonNodeFactory.instance.objectNode();
        bySource.putArray("required").add(EnergySourceNames.NAME);
        bySource.put("type", "object");
        ArrayNode sources = bySource.withArray("/properties/" + EnergySourceNames.NAME + "/enum");
        ArrayNode cases = bySource.putArray("allOf");
        ObjectNode result = bySource;
        for (JsonNode alternative : alternatives) {
            // Alternatives can have alternatives in their fields.
            alternative.findParents("oneOf").forEach(parent -> replace((ObjectNode) parent));
            JsonNode source = source(alternative);
            if (source.isMissingNode()) {
                result = JsonNodeFactory.instance.objectNode();
                result.putObject("if").set("required", alternative.get("required"));
                result.set("then", alternative);
                result.set("else", bySource);
            } else {
                sources.add(source);
                ObjectNode one = cases.addObject();
                one.putObject("if").set("required", bySource.get("required"));
                one.withObject("/if/properties/" + EnergySourceNames.NAME).set("const", source);
                one.set("then", alternative);
            }
        }
        schema.setAll(result);
    }
}
