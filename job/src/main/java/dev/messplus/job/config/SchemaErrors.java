package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import dev.messplus.parse.FieldNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes what a schema validator found: the path of the field, what the schema asks for, and the
 * value. A field with a pattern is described by its {@code title}.
 */
final class SchemaErrors {

    private static final String MISSING = "required";
    private static final String UNKNOWN = "additionalProperties";

    /** Fields whose values are secrets, or could be by mistake. */
    private static final Set<String> SECRETS =
            Set.of("apiKey", "password", "properties", "headers", "options");

    /** Keywords that are about a value which is missing. */
    private static final Set<String> EMPTY = Set.of(MISSING, "minLength", "minProperties");

    /** Fields that were replaced, by path, and what to do about them. */
    private static final Map<String, String> REPLACED =
            Map.of(
                    "inference.capacity",
                    "was replaced by inference.maxInFlight, which is for the whole job; multiply the"
                            + " value by the parallelism, or remove it",
                    "inference.breaker.openMillis",
                    "is unknown; did you mean maxOpenMillis? A breaker now opens for firstOpenMillis,"
                            + " and for twice as long each time that its trial calls fail");

    private static final Pattern NUMBER =
            Pattern.compile("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?");

    private final JsonNode schema;

    private final Set<String> fieldsOfSources;

    SchemaErrors(JsonNode schema) {
        this.schema = schema;
        this.fieldsOfSources =
                schema.findValues("then").stream()
                        .flatMap(alternative -> names(alternative).stream())
                        .collect(Collectors.toSet());
    }

    /**
     * One line for each finding, like {@code slas.gold.alpha: must be between 0 and 1, was 1.2}. A
     * field is not reported as missing if it is there, misspelt.
     */
    Stream<String> describe(Collection<ValidationMessage> messages) {
        Set<String> misspelt =
                messages.stream()
                        .filter(message -> message.getType().equals(UNKNOWN))
                        .filter(message -> !isOfAnotherSource(message))
                        .flatMap(
                                message ->
                                        meant(message).stream().map(name -> beside(message, name)))
                        .collect(Collectors.toSet());
        return messages.stream()
                .filter(
                        message ->
                                !message.getType().equals(MISSING)
                                        || !misspelt.contains(path(message)))
                .map(this::describe);
    }

    private String describe(ValidationMessage message) {
        JsonNode rules = rules(message);
        return path(message) + ": " + problem(message, rules) + value(message, rules);
    }

    private String problem(ValidationMessage message, JsonNode rules) {
        return switch (message.getType()) {
            case "minimum", "maximum", "exclusiveMinimum" -> "must be " + range(rules);
            case "enum" -> "must be one of " + String.join(", ", texts(rules.path("enum")));
            case "type" -> "must be " + typeNames(types(rules.path("type")));
            case "propertyNames" -> "must be " + expected(rules.path("propertyNames"));
            case "pattern" -> "must be " + expected(rules);
            case "minLength" -> "must not be empty";
            case "minItems" -> "must have at least " + rules.get("minItems") + " entries";
            case "minProperties" -> "must have at least one entry";
            case MISSING -> "is missing";
            case UNKNOWN -> REPLACED.getOrDefault(path(message), unknown(message));
            default -> message.getError();
        };
    }

    private String unknown(ValidationMessage message) {
        if (isOfAnotherSource(message)) {
            String source = Alternatives.source(rules(message)).asText();
            return source.isEmpty()
                    ? "has no effect beside sources; move it into one of them, or remove it"
                    : "is not a field of source %s, which has %s; remove it"
                            .formatted(source, String.join(", ", names(rules(message))));
        }
        return "is unknown; "
                + meant(message)
                        .map(name -> "did you mean " + name + "?")
                        .orElseGet(() -> "known are " + String.join(", ", names(rules(message))));
    }

    /** Whether an unknown field of an energy section would be known with another source. */
    private boolean isOfAnotherSource(ValidationMessage message) {
        return message.getSchemaLocation().getFragment().contains("then")
                && fieldsOfSources.contains(message.getProperty());
    }

    private Optional<String> meant(ValidationMessage message) {
        List<String> missing = new ArrayList<>(names(rules(message)));
        missing.removeIf(message.getInstanceNode()::has);
        return Optional.ofNullable(FieldNames.of(missing).meant(message.getProperty()));
    }

    /** What the schema says of the value that a message is about. */
    private JsonNode rules(ValidationMessage message) {
        return schema.at(message.getSchemaLocation().getFragment().getParent().toString());
    }

    private static String path(ValidationMessage message) {
        return beside(message, message.getProperty());
    }

    private static String beside(ValidationMessage message, String field) {
        String mapping = message.getInstanceLocation().toString().replaceFirst("^\\$\\.?", "");
        String path =
                Stream.of(mapping, Objects.requireNonNullElse(field, ""))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("."));
        return path.isEmpty() ? "file" : path;
    }

    private static String expected(JsonNode rules) {
        return rules.path("title").asText();
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

    private static String typeNames(List<String> types) {
        List<String> names = new ArrayList<>();
        for (String type : types) {
            switch (type) {
                case "object" -> names.add("a mapping");
                case "array" -> names.add("a list");
                case "integer" -> names.add("a whole number");
                case "number" -> names.add("a number");
                case "boolean" -> names.addAll(List.of("true", "false"));
                default -> names.add("a string");
            }
        }
        int last = names.size() - 1;
        return last == 0
                ? names.get(0)
                : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }

    private static List<String> types(JsonNode type) {
        return type.isArray() ? texts(type) : List.of(type.asText());
    }

    private static List<String> texts(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    private static List<String> names(JsonNode rules) {
        List<String> names = new ArrayList<>();
        rules.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The value, unless the problem is that there is none, or that it must not be shown. */
    private static String value(ValidationMessage message, JsonNode rules) {
        JsonNode value = message.getInstanceNode();
        String type = message.getType();
        if (EMPTY.contains(type) || value == null || mayBeSecret(message, value)) {
            return "";
        }
        if (type.equals("type")) {
            return ", was " + typed(value) + fix(value, types(rules.path("type")));
        }
        return value.isValueNode() ? ", was " + value.asText() : "";
    }

    private static boolean mayBeSecret(ValidationMessage message, JsonNode value) {
        return SECRETS.stream().anyMatch(message.getInstanceLocation()::contains)
                // The user of a URL can come with a password.
                || value.asText().contains("@");
    }

    /** A value of the wrong type, so that a quoted number cannot be taken for a number. */
    private static String typed(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING ->
                    value.asText().isEmpty() ? "empty" : "the string \"" + value.asText() + "\"";
            case OBJECT -> "a mapping";
            case ARRAY -> "a list";
            case NULL -> "empty";
            default -> value.asText();
        };
    }

    private static String fix(JsonNode value, List<String> types) {
        if (value.isTextual()) {
            boolean number = types.contains("number") || types.contains("integer");
            boolean quoted =
                    (number && NUMBER.matcher(value.asText()).matches())
                            || (types.contains("boolean") && value.asText().matches("true|false"));
            return quoted ? "; remove the quotes" : "";
        }
        return types.contains("string") && value.isValueNode() && !value.isNull()
                ? "; put it in quotes"
                : "";
    }
}
