package dev.messplus.job.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.messplus.embedding.Embedders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and checks a configuration. {@code ${env:NAME}} in a text stands for an environment
 * variable, the only place secrets come from; values of variables are never shown in an error.
 */
public final class ConfigLoader {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;
    private static final YAMLMapper YAML =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();
    private static final JsonNode SCHEMA_TREE = schemaTree();
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SCHEMA_TREE);
    private static final SchemaErrors ERRORS = new SchemaErrors(SCHEMA_TREE);

    private static final Set<String> DEVICE_SOURCES = Set.of("nvml", "dcgm", "rapl");
    private static final Map<String, List<String>> SOURCE_FIELDS =
            Map.of(
                    "nvml", List.of("gpus", "library"),
                    "dcgm", List.of("url", "gpus"),
                    "rapl", List.of("packages", "root"),
                    "response", List.of("pointer", "sourcePointer", "joulesPerUnit", "estimated"),
                    "tokens", List.of("joulesPerPromptToken", "joulesPerCompletionToken"),
                    "constant", List.of("joulesPerRequest"));

    private final UnaryOperator<String> environment;

    private ConfigLoader(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    /** A loader that takes variables from {@code environment}. */
    public ConfigLoader(Map<String, String> environment) {
        this(environment::get);
    }

    /**
     * A loader for a text that is meant for another machine: variables stay as they are, and what
     * depends on one is not checked.
     */
    public static ConfigLoader elsewhere() {
        return new ConfigLoader("${env:%s}"::formatted);
    }

    /**
     * Loads a file.
     *
     * @throws ConfigException with every error of it
     */
    public MessConfig load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] yaml = in.readNBytes(MAX_BYTES + 1);
            return parse(file.toString(), new String(yaml, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new ConfigException(file.toString(), List.of("file: does not exist"));
        } catch (IOException e) {
            throw new ConfigException(file.toString(), List.of("file: " + e));
        }
    }

    /**
     * Parses a text.
     *
     * @param source what the text is called in errors
     * @throws ConfigException with every error of it
     */
    public MessConfig parse(String source, String yaml) {
        JsonNode tree = read(source, yaml);
        List<String> errors = new ArrayList<>();
        SCHEMA.validate(tree).forEach(message -> errors.add(ERRORS.describe(message)));
        tree = resolve(tree, "", errors);
        if (!errors.isEmpty()) {
            throw new ConfigException(source, List.copyOf(new TreeSet<>(errors)));
        }
        MessConfig config = bind(source, tree);
        checkEnergy(tree, errors);
        checkTimeouts(config, errors);
        KafkaRules.check(config, errors);
        checkBreaker(config.inference().breaker(), errors);
        checkEmbedding(config.embedding().model(), errors);
        if (!errors.isEmpty()) {
            throw new ConfigException(source, errors);
        }
        return config;
    }

    private static JsonNode read(String source, String yaml) {
        if (yaml.length() > MAX_BYTES) {
            throw new ConfigException(
                    source, List.of("file: must have at most " + MAX_BYTES + " bytes"));
        }
        try {
            requireNoAliases(source, yaml);
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new ConfigException(source, List.of("yaml: " + e.getMessage()));
        }
    }

    /** They would be read as the text of their names. */
    private static void requireNoAliases(String source, String yaml) throws IOException {
        try (YAMLParser parser = YAML.getFactory().createParser(yaml)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw new ConfigException(
                            source,
                            List.of(
                                    "yaml: line %d: *%s: aliases are not supported; write out what it stands for"
                                            .formatted(
                                                    parser.currentTokenLocation().getLineNr(),
                                                    parser.getText())));
                }
            }
        }
    }

    private static MessConfig bind(String source, JsonNode tree) {
        try {
            return YAML.treeToValue(tree, MessConfig.class);
        } catch (JsonProcessingException e) {
            throw new ConfigException(source, List.of("yaml: " + e.getOriginalMessage()));
        }
    }

    /** A field that does nothing is a mistake that nobody notices. */
    private static void checkEnergy(JsonNode tree, List<String> errors) {
        for (Map.Entry<String, JsonNode> model : tree.get("zoo").properties()) {
            JsonNode energy = model.getValue().get("energy");
            String source = energy.get("source").asText();
            String path = "zoo." + model.getKey() + ".energy.";
            energy.fieldNames()
                    .forEachRemaining(
                            field -> {
                                if (!fieldsOf(source).contains(field)) {
                                    errors.add(
                                            "%s%s: does not belong to source %s; what does is %s"
                                                    .formatted(
                                                            path,
                                                            field,
                                                            source,
                                                            String.join(", ", fieldsOf(source))));
                                }
                            });
            for (String field : List.of("promptTokenWeight", "tokenCounters")) {
                if (energy.has(field) && !energy.path("attribution").asText().equals("tokens")) {
                    errors.add(path + field + ": needs attribution: tokens");
                }
            }
        }
    }

    private static List<String> fieldsOf(String source) {
        List<String> fields = new ArrayList<>(List.of("source"));
        fields.addAll(SOURCE_FIELDS.get(source));
        if (DEVICE_SOURCES.contains(source)) {
            fields.addAll(
                    List.of(
                            "samplePeriodMillis",
                            "attribution",
                            "promptTokenWeight",
                            "tokenCounters"));
        }
        fields.addAll(List.of("priorJoules", "priorJoulesPerToken"));
        return fields;
    }

    private static void checkTimeouts(MessConfig config, List<String> errors) {
        long request = config.inference().requestTimeoutMillis();
        if (config.feedbackTimeoutMillis() <= request) {
            errors.add(
                    "feedbackTimeoutMillis: must be above inference.requestTimeoutMillis (%d), was %d"
                            .formatted(request, config.feedbackTimeoutMillis()));
        }
    }

    private static void checkBreaker(BreakerSection breaker, List<String> errors) {
        if (breaker.minCalls() > breaker.windowCalls()) {
            errors.add(
                    "inference.breaker.minCalls: must be at most windowCalls (%d), was %d"
                            .formatted(breaker.windowCalls(), breaker.minCalls()));
        }
    }

    private static void checkEmbedding(String model, List<String> errors) {
        if (!Set.of(Embedders.MINI_LM, Embedders.HASHING).contains(model)
                && !model.contains("/")
                && !isUnknown(model)) {
            errors.add(
                    "embedding.model: must be %s, %s or the path of a folder, was %s"
                            .formatted(Embedders.MINI_LM, Embedders.HASHING, model));
        }
    }

    /** Whether a value holds a variable of another machine. */
    static boolean isUnknown(String value) {
        return value != null && VARIABLE.matcher(value).find();
    }

    private JsonNode resolve(JsonNode node, String path, List<String> errors) {
        if (node.isTextual()) {
            return resolveText(node.textValue(), path, errors);
        }
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                field.setValue(resolve(field.getValue(), at, errors));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, resolve(array.get(i), path + "[" + i + "]", errors));
            }
        }
        return node;
    }

    private JsonNode resolveText(String text, String path, List<String> errors) {
        Matcher matcher = VARIABLE.matcher(text);
        return TextNode.valueOf(
                matcher.replaceAll(
                        match -> {
                            String value = environment.apply(match.group(1));
                            if (value == null) {
                                errors.add(
                                        path
                                                + ": the environment variable "
                                                + match.group(1)
                                                + " is not set");
                                return "";
                            }
                            return Matcher.quoteReplacement(value);
                        }));
    }

    private static JsonNode schemaTree() {
        try (InputStream in = ConfigLoader.class.getResourceAsStream("mess.schema.json")) {
            return YAML.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
