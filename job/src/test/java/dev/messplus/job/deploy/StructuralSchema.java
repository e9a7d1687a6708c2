package dev.messplus.job.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * The schema of a Kubernetes kind, in the dialect of CRDs, as a JSON Schema. The API server drops a
 * field that the schema does not have, without a word; here it is an error.
 */
final class StructuralSchema {

    private static final String KEEPS_ALL = "x-kubernetes-preserve-unknown-fields";
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    /** Keywords that both dialects have, of the same meaning. */
    private static final Set<String> SHARED =
            Set.of(
                    "type",
                    "enum",
                    "required",
                    "properties",
                    "items",
                    "additionalProperties",
                    "description");

    private StructuralSchema() {}

    /**
     * Changes a schema to a JSON Schema.
     *
     * @throws IllegalArgumentException if it has a keyword that this class does not know
     */
    static void makeStrict(ObjectNode schema) {
        // It says what `anyOf` beside it says as well, with one error instead of two.
        if (isTrue(schema.remove(INT_OR_STRING))) {
            schema.remove("anyOf");
            schema.putArray("type").add("integer").add("string");
        }
        boolean keepsAll = isTrue(schema.remove(KEEPS_ALL));
        schema.fieldNames().forEachRemaining(StructuralSchema::checkKeyword);

        boolean isObject = schema.path("type").asText().equals("object");
        if (isObject && !keepsAll && !schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
        schema.path("properties").forEach(StructuralSchema::makeStrictIfSchema);
        makeStrictIfSchema(schema.path("items"));
        makeStrictIfSchema(schema.path("additionalProperties"));
    }

    private static void makeStrictIfSchema(JsonNode node) {
        if (node instanceof ObjectNode schema) {
            makeStrict(schema);
        }
    }

    private static void checkKeyword(String keyword) {
        if (!SHARED.contains(keyword)) {
            throw new IllegalArgumentException("Unknown keyword of a schema: " + keyword);
        }
    }

    private static boolean isTrue(JsonNode value) {
        return value != null && value.asBoolean();
    }
}
