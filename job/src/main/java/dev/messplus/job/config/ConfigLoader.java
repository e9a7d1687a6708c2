package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
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
import java.util.TreeSet;

/**
 * Loads and validates a configuration. {@code ${env:NAME}} in a string stands for an environment
 * variable, which is the only place that secrets come from. No error shows the value of a variable.
 */
public final class ConfigLoader {

    private static final JsonNode SCHEMA_TREE = readSchema();
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SCHEMA_TREE);
    private static final SchemaErrors SCHEMA_ERRORS = new SchemaErrors(SCHEMA_TREE);

    private final Variables variables;

    private ConfigLoader(Variables variables) {
        this.variables = variables;
    }

    /** A loader that takes variables from {@code environment}. */
    public ConfigLoader(Map<String, String> environment) {
        this(Variables.of(environment));
    }

    /**
     * A loader for a configuration that another machine will use. Variables stay as they are, and
     * what depends on one is not checked.
     */
    public static ConfigLoader withoutEnvironment() {
        return new ConfigLoader(Variables.unresolved());
    }

    /**
     * Loads a file, and those that it names.
     *
     * @throws ConfigException with all errors of the file
     */
    public MessConfig load(Path file) {
        String source = file.toString();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] yaml = in.readNBytes(StrictYaml.MAX_BYTES + 1);
            if (yaml.length > StrictYaml.MAX_BYTES) {
                throw StrictYaml.tooLarge(source);
            }
            return parse(
                    source, new String(yaml, StandardCharsets.UTF_8), ConfigFiles.beside(file));
        } catch (NoSuchFileException e) {
            throw new ConfigException(source, List.of("file: does not exist"));
        } catch (IOException e) {
            throw new ConfigException(source, List.of("file: cannot be read: " + e));
        }
    }

    /**
     * Parses a text that names no files.
     *
     * @param source what the text is called in errors
     * @throws ConfigException with all errors of the text
     */
    public MessConfig parse(String source, String yaml) {
        return parse(source, yaml, ConfigFiles.sent(Map.of()));
    }

    /**
     * Parses a text.
     *
     * @param source what the text is called in errors
     * @param files the files that it names
     * @throws ConfigException with all errors of the text and of the files
     */
    public MessConfig parse(String source, String yaml, ConfigFiles files) {
        JsonNode tree = StrictYaml.parse(source, yaml);
        List<String> errors = new ArrayList<>();
        SCHEMA_ERRORS.describe(SCHEMA.validate(tree)).forEach(errors::add);
        JsonNode resolved = variables.resolve(tree, errors);
        throwIfAny(source, List.copyOf(new TreeSet<>(errors)));

        MessConfig config = StrictYaml.convert(source, resolved, MessConfig.class);
        EnergyRules.check(resolved, errors);
        CrossFieldRules.check(config, errors);
        throwIfAny(source, errors);
        MessConfig complete = new WarmStarts(config, files, errors).read();
        throwIfAny(source, errors);
        return complete;
    }

    private static void throwIfAny(String source, List<String> errors) {
        if (!errors.isEmpty()) {
            throw new ConfigException(source, errors);
        }
    }

    private static JsonNode readSchema() {
        try (InputStream in = ConfigLoader.class.getResourceAsStream("mess.schema.json")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
