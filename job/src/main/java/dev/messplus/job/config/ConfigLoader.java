package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
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

    private static final JsonNode SETTINGS = SettingsSchema.ofFile();
    private static final JsonNode CONDITIONS = Alternatives.asConditions(SETTINGS);
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(CONDITIONS);
    private static final SchemaErrors SCHEMA_ERRORS = new SchemaErrors(CONDITIONS);

    private final Variables variables;
    private final boolean readsFiles;

    private ConfigLoader(Variables variables, boolean readsFiles) {
        this.variables = variables;
        this.readsFiles = readsFiles;
    }

    /** A loader that takes variables from {@code environment}. */
    public ConfigLoader(Map<String, String> environment) {
        this(Variables.of(environment), true);
    }

    /**
     * A loader for programs that only use the job's Kafka and the names and limits of its records.
     * Variables outside of section {@code kafka} stay as they are, and no warm start is read.
     */
    public static ConfigLoader forKafkaClients(Map<String, String> environment) {
        return new ConfigLoader(Variables.ofSection("kafka", environment), false);
    }

    /**
     * A loader for a configuration that another machine will use. Variables stay as they are, and
     * what depends on one is not checked.
     */
    public static ConfigLoader withoutEnvironment() {
        return new ConfigLoader(Variables.unresolved(), true);
    }

    /**
     * Loads a file, and those that it names.
     *
     * @throws ConfigException with all errors of the file
     */
    public MessConfig load(Path file) {
        return parse(file.toString(), StrictYaml.text(file), ConfigFiles.beside(file));
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

        EnergyRules.check(resolved, errors);
        ServerRules.check(resolved, errors);
        Defaults.fill(SETTINGS, resolved);
        MessConfig config = StrictYaml.convert(source, resolved, MessConfig.class);
        CrossFieldRules.check(config, errors);
        throwIfAny(source, errors);
        if (!readsFiles) {
            return config;
        }
        MessConfig complete = new WarmStarts(config, files, errors).read();
        throwIfAny(source, errors);
        return complete;
    }

    private static void throwIfAny(String source, List<String> errors) {
        if (!errors.isEmpty()) {
            throw new ConfigException(source, errors);
        }
    }
}
