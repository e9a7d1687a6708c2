package dev.messplus.score.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The schemas that were compiled last, because many requests have the same ones. */
final class AnswerSchemas {

    private static final int MAX_SCHEMAS = 64;

    private final Map<JsonNode, AnswerSchema> compiled =
            new LinkedHashMap<>(16, 0.75f, true) {

                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<JsonNode, AnswerSchema> eldest) {
                    return size() > MAX_SCHEMAS;
                }
            };

    /**
     * The compiled schema.
     *
     * @throws UnusableSchemaException as {@link AnswerSchema#compile} does
     */
    AnswerSchema of(JsonNode schema) {
        synchronized (compiled) {
            AnswerSchema known = compiled.get(schema);
            if (known != null) {
                return known;
            }
        }
        AnswerSchema fresh = AnswerSchema.compile(schema);
        synchronized (compiled) {
            compiled.put(schema, fresh);
        }
        return fresh;
    }

    int size() {
        synchronized (compiled) {
            return compiled.size();
        }
    }
}
