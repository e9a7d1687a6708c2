package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Says what the schema found in one form: path, rule, value. */
final class SchemaErrors {

    /** Fields that hold secrets, or should not but might. */
    private static final Set<String> SECRETS = Set.of("apiKey", "password", "properties");

    private final JsonNode schema;

    SchemaErrors(JsonNode schema) {
        this.schema = schema;
    }

    String describe(ValidationMessage message) {
        JsonNode rules = rules(message.getSchemaLocation().getFragment());
        String problem =
                switch (message.getType()) {
                    case "minimum", "maximum", "exclusiveMinimum" -> "must be " + range(rules);
                    case "enum" -> "must be one of " + values(rules.path("enum"));
                    case "type" -> "must be " + type(rules.path("type"));
                    case "propertyNames" ->
                            "must be " + schema.at("/$defs/name/description").asText();
                    case "pattern" -> "must be " + rules.path("description").asText();
                    case "minLength" -> "must not be empty";
                    case "minProperties" -> "must have at least one entry";
                    case "required" -> "is missing";
                    case "additionalProperties" ->
                            "is unknown; known are " + names(rules.path("properties"));
                    default -> message.getError();
                };
        return path(message) + ": " + problem + was(message);
    }

    private JsonNode rules(JsonNodePath keyword) {
        JsonNode node = schema;
        for (int i = 0; i < keyword.getNameCount() - 1; i++) {
            node =
                    keyword.getElement(i) instanceof Integer index
                            ? node.path(index)
                            : node.path(keyword.getName(i));
        }
        return node;
    }

    private static String path(ValidationMessage message) {
        JsonNodePath location = message.getInstanceLocation();
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < location.getNameCount(); i++) {
            steps.add(location.getName(i));
        }
        if (message.getProperty() != null) {
            steps.add(message.getProperty());
        }
        return steps.isEmpty() ? "file" : String.join(".", steps);
    }

    private static String range(JsonNode rules) {
        if (rules.has("minimum") && rules.has("maximum")) {
            return "between " + rules.get("minimum") + " and " + rules.get("maximum");
        }
        String least =
                rules.has("exclusiveMinimum")
                        ? "above " + rules.get("exclusiveMinimum")
                        : "at least " + rules.path("minimum");
        return rules.has("maximum") ? least + " and at most " + rules.get("maximum") : least;
    }

    private static String type(JsonNode type) {
        return switch (type.asText()) {
            case "object" -> "a mapping";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            case "string" -> "a text";
            default -> "a text, a number, true or false";
        };
    }

    private static String values(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return String.join(", ", texts);
    }

    private static String names(JsonNode properties) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> all = properties.fieldNames(); all.hasNext(); ) {
            names.add(all.next());
        }
        return String.join(", ", names);
    }

    /** The value, unless it may be a secret or is too large to show. */
    private static String was(ValidationMessage message) {
        JsonNode value = message.getInstanceNode();
        boolean shown =
                value != null
                        && value.isValueNode()
                        && !message.getType().equals("required")
                        && SECRETS.stream().noneMatch(message.getInstanceLocation()::contains)
                        // The user of a URL comes with a password.
                        && !value.asText().contains("@");
        return shown ? ", was " + value.asText() : "";
    }
}
