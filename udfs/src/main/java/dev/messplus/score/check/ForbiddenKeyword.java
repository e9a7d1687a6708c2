package dev.messplus.score.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonValidator;
import com.networknt.schema.Keyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.ValidationContext;

/** A keyword that makes a schema unusable. */
record ForbiddenKeyword(String name) implements Keyword {

    @Override
    public String getValue() {
        return name;
    }

    @Override
    public JsonValidator newValidator(
            SchemaLocation location,
            JsonNodePath path,
            JsonNode schema,
            JsonSchema parent,
            ValidationContext context) {
        throw new UnusableSchemaException("has " + name + "; use $ref with $defs instead");
    }
}
