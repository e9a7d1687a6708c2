package dev.messplus.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The defaults that the schema documents are those that the job uses. */
class DefaultsTest {

    private static final String MINIMAL =
            """
            kafka: { bootstrap: "localhost:9092" }
            zoo:
              m: { url: "http://h/v1", model: m,
                   energy: { source: constant, joulesPerRequest: 1 } }
            slas: { m: { alpha: 0.5 } }
            tracing: { otlpEndpoint: "http://h:4318" }
            """;

    /** Fields that {@link #MINIMAL} sets. */
    private static final Set<String> REQUIRED =
            Set.of(
                    "kafka.bootstrap",
                    "tracing.otlpEndpoint",
                    "zoo.m.url",
                    "zoo.m.model",
                    "zoo.m.energy.source",
                    "zoo.m.energy.joulesPerRequest");

    /** Its default depends on the source, so the schema only describes it. */
    private static final String SAMPLE_PERIOD = "zoo.m.energy.samplePeriodMillis";

    private final JsonMapper mapper = new JsonMapper();

    @Test
    void everyDocumentedDefaultIsTheOneInUseAndNoneIsUndocumented() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        try (InputStream schema = MessConfig.class.getResourceAsStream("mess.schema.json")) {
            JsonNode root = mapper.readTree(schema);
            collectDocumented("", root, root, documented);
        }
        Map<String, String> used = new TreeMap<>();
        collectValues("", mapper.valueToTree(config()), used);
        used.keySet().removeAll(REQUIRED);

        assertThat(used.remove(SAMPLE_PERIOD)).isEqualTo("50.0");
        assertThat(used).isEqualTo(documented);
    }

    private MessConfig config() {
        return new ConfigLoader(Map.of()).parse("test", MINIMAL);
    }

    private static void collectDocumented(
            String path, JsonNode schema, JsonNode root, Map<String, String> defaults) {
        // The defaults of an SLA depend on its preset.
        if (path.startsWith("slas")) {
            return;
        }
        if (schema.has("$ref")) {
            String pointer = schema.get("$ref").asText().substring(1);
            collectDocumented(path, root.at(pointer), root, defaults);
        }
        if (schema.has("default")) {
            defaults.put(path, text(schema.get("default")));
        }
        schema.path("properties")
                .properties()
                .forEach(
                        field ->
                                collectDocumented(
                                        join(path, field.getKey()),
                                        field.getValue(),
                                        root,
                                        defaults));
        if (schema.path("additionalProperties").isObject()) {
            collectDocumented(join(path, "m"), schema.get("additionalProperties"), root, defaults);
        }
    }

    private static void collectValues(String path, JsonNode value, Map<String, String> values) {
        if (path.startsWith("slas")) {
            return;
        }
        if (value.isObject()) {
            value.properties()
                    .forEach(
                            field ->
                                    collectValues(
                                            join(path, field.getKey()), field.getValue(), values));
        } else if (value.isValueNode() && !value.isNull()) {
            values.put(path, text(value));
        }
    }

    private static String text(JsonNode value) {
        return value.isNumber() ? String.valueOf(value.doubleValue()) : value.asText();
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
