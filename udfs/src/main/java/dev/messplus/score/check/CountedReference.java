package dev.messplus.score.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonValidator;
import com.networknt.schema.Keyword;
import com.networknt.schema.RefValidator;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.ValidationContext;
import com.networknt.schema.ValidationMessage;
import java.util.Set;

/**
 * The keyword {@code $ref}, which may be followed a limited number of times for a value. Without
 * references, validation takes time in proportion to the schema and the value. With them, a schema
 * of a few lines can refer to itself, or twice to what refers twice to something else.
 */
final class CountedReference implements Keyword {

    private static final String NAME = "$ref";

    private final int limit;

    CountedReference(int limit) {
        this.limit = limit;
    }

    @Override
    public String getValue() {
        return NAME;
    }

    @Override
    public JsonValidator newValidator(
            SchemaLocation location,
            JsonNodePath path,
            JsonNode schema,
            JsonSchema parent,
            ValidationContext context) {
        return new Counted(location, path, schema, parent, context);
    }

    private final class Counted extends RefValidator {

        private Counted(
                SchemaLocation location,
                JsonNodePath path,
                JsonNode schema,
                JsonSchema parent,
                ValidationContext context) {
            super(location, path, schema, parent, context);
        }

        @Override
        public Set<ValidationMessage> validate(
                ExecutionContext execution, JsonNode node, JsonNode root, JsonNodePath location) {
            Object followed =
                    execution
                            .getCollectorContext()
                            .getCollectorMap()
                            .merge(NAME, 1, (before, one) -> (Integer) before + (Integer) one);
            if ((Integer) followed > limit) {
                throw new UnusableSchemaException(
                        "refers to itself too often: a value took more than %d references"
                                .formatted(limit));
            }
            return super.validate(execution, node, root, location);
        }
    }
}
