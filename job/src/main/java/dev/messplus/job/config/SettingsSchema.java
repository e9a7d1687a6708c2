package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.energy.EnergySource;
import dev.messplus.setting.Setting;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JSON schema of mess.yaml, made of the records of its sections and their {@link Setting}s. A
 * mapping of sections, such as {@code zoo}, has at least one entry; an energy section and a scorer
 * are one of several alternatives.
 */
final class SettingsSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final String NAME = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";

    private static final String NAME_IN_WORDS =
            "a name of 1 to 63 characters from A-Z a-z 0-9 . _ -, starting with a letter or digit";

    /** {@link Setting#range}. */
    private static final Pattern INTERVAL = Pattern.compile("([\\[(])(.+), (.*)[])]");

    private static final Map<Class<?>, String> TYPES =
            Map.of(
                    int.class, "integer",
                    Integer.class, "integer",
                    long.class, "integer",
                    Long.class, "integer",
                    double.class, "number",
                    Double.class, "number",
                    boolean.class, "boolean");

    private SettingsSchema() {}

    static ObjectNode ofFile() {
        ObjectNode schema =
                JSON.objectNode()
                        .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                        .put("title", "MESS+ configuration");
        return schema.setAll(section(MessConfig.class));
    }

    static ObjectNode section(Class<?> section) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        add(section, schema);
        return schema.put("additionalProperties", false);
    }

    private static void add(Class<?> section, ObjectNode schema) {
        for (RecordComponent component : section.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting != null) {
                String name = name(component);
                if (setting.required()) {
                    schema.withArrayProperty("required").add(name);
                }
                schema.withObjectProperty("properties")
                        .set(name, property(component.getGenericType(), setting));
            }
        }
    }

    /** The name of a setting in the file. */
    static String name(RecordComponent component) {
        JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null ? component.getName() : renamed.value();
    }

    private static ObjectNode property(Type type, Setting setting) {
        ObjectNode schema = value(type, setting);
        String value = setting.byDefault();
        if (!value.isEmpty()) {
            schema.set(
                    "default",
                    switch (schema.path("type").asText()) {
                        case "boolean" -> JSON.booleanNode(Boolean.parseBoolean(value));
                        case "integer", "number" -> number(value);
                        default -> JSON.textNode(value);
                    });
        }
        return setting.value().isEmpty() ? schema : schema.put("description", setting.value());
    }

    private static ObjectNode value(Type type, Setting setting) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Type element = arguments[arguments.length - 1];
            return generic.getRawType() == List.class
                    ? list(element, setting)
                    : mapping((Class<?>) element, setting);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == EnergySection.class) {
            return energy();
        }
        if (raw == SourceSection.class) {
            return oneOf(sources(EnergySource.OfDevices.class));
        }
        if (raw == ScorerSection.class) {
            return oneOf(scorers());
        }
        if (raw == ObjectNode.class) {
            return JSON.objectNode().put("type", "object");
        }
        return raw.isRecord() ? section(raw) : scalar(raw, setting);
    }

    private static ObjectNode list(Type element, Setting setting) {
        ObjectNode schema = JSON.objectNode().put("type", "array");
        if (setting.minItems() > 0) {
            schema.put("minItems", setting.minItems());
        }
        if (setting.maxItems() < Integer.MAX_VALUE) {
            schema.put("maxItems", setting.maxItems());
        }
        return schema.set("items", value(element, setting));
    }

    private static ObjectNode mapping(Class<?> element, Setting setting) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        if (element.isRecord()) {
            schema.put("minProperties", 1);
            schema.putObject("propertyNames").put("pattern", NAME).put("title", NAME_IN_WORDS);
        }
        return schema.set("additionalProperties", value(element, setting));
    }

    /** The schema of what is written as one value. */
    static ObjectNode scalar(Class<?> type, Setting setting) {
        ObjectNode schema = JSON.objectNode();
        if (type.isEnum()) {
            ArrayNode constants = schema.putArray("enum");
            Arrays.stream(type.getEnumConstants())
                    .forEach(constant -> constants.add(spelling((Enum<?>) constant)));
            return schema;
        }
        if (setting.types().length > 0) {
            Arrays.stream(setting.types()).forEach(schema.putArray("type")::add);
        } else {
            // The name of a source is a text.
            schema.put("type", TYPES.getOrDefault(type, "string"));
        }
        if (!setting.range().isEmpty()) {
            Matcher range = INTERVAL.matcher(setting.range());
            if (!range.matches()) {
                throw new IllegalArgumentException(setting.range() + ": is not an interval");
            }
            String lower = range.group(1).equals("[") ? "minimum" : "exclusiveMinimum";
            schema.set(lower, number(range.group(2)));
            if (!range.group(3).isEmpty()) {
                schema.set("maximum", number(range.group(3)));
            }
        }
        if (!setting.pattern().isEmpty()) {
            schema.put("pattern", setting.pattern()).put("title", setting.expected());
        } else if (type == String.class && setting.types().length == 0) {
            schema.put("minLength", 1);
        }
        return schema;
    }

    /** A constant of an enum, as the file spells it. */
    static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static JsonNode number(String value) {
        return value.contains(".")
                ? JSON.numberNode(Double.parseDouble(value))
                : JSON.numberNode(Long.parseLong(value));
    }

    /** One source with its fields, or several. */
    private static ObjectNode energy() {
        ObjectNode several = section(EnergySection.class);
        ObjectNode beside = ((ObjectNode) several.get("properties")).deepCopy();
        beside.remove("sources");
        List<ObjectNode> alternatives = sources(EnergySource.class);
        alternatives.forEach(one -> one.withObjectProperty("properties").setAll(beside));
        alternatives.add(several);
        return oneOf(alternatives);
    }

    private static List<ObjectNode> sources(Class<? extends EnergySource> kind) {
        List<ObjectNode> alternatives = new ArrayList<>();
        for (JsonSubTypes.Type source :
                EnergySourceNames.class.getAnnotation(JsonSubTypes.class).value()) {
            if (kind.isAssignableFrom(source.value())) {
                ObjectNode alternative = named(SourceSection.class, source.name());
                add(source.value(), alternative);
                if (EnergySource.OfDevices.class.isAssignableFrom(source.value())) {
                    add(DeviceSection.class, alternative);
                }
                alternatives.add(alternative);
            }
        }
        return alternatives;
    }

    private static List<ObjectNode> scorers() {
        List<ObjectNode> alternatives = new ArrayList<>();
        for (JsonSubTypes.Type scorer :
                ScorerNames.class.getAnnotation(JsonSubTypes.class).value()) {
            ObjectNode alternative = named(ScorerSection.class, scorer.name());
            add(scorer.value(), alternative);
            alternatives.add(alternative);
        }
        return alternatives;
    }

    /** A section whose field {@code source} has a value. */
    private static ObjectNode named(Class<?> section, String source) {
        ObjectNode schema = section(section);
        schema.withObject("/properties/" + EnergySourceNames.NAME).put("const", source);
        return schema;
    }

    private static ObjectNode oneOf(List<ObjectNode> alternatives) {
        ObjectNode schema = JSON.objectNode();
        schema.putArray("oneOf").addAll(alternatives);
        return schema;
    }
}
