package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * A YAML file that one section describes, for other programs than the job. It is read as mess.yaml
 * is: by a schema made of the {@link dev.messplus.setting.Setting}s of the section, with their
 * defaults. Variables stay as they are.
 */
public final class SectionFile {

    private SectionFile() {}

    /**
     * Reads a file.
     *
     * @param section a record whose components are {@link dev.messplus.setting.Setting}s
     * @throws ConfigException with all errors of the file
     */
    public static <T> T read(Path file, Class<T> section) {
        String source = file.toString();
        JsonNode tree = StrictYaml.parse(source, StrictYaml.text(file));
        JsonNode settings = SettingsSchema.section(section);
        List<String> errors =
                List.copyOf(
                        new TreeSet<>(
                                new SchemaErrors(settings)
                                        .describe(
                                                JsonSchemaFactory.getInstance(
                                                                SpecVersion.VersionFlag.V202012)
                                                        .getSchema(settings)
                                                        .validate(tree))
                                        .toList()));
        if (!errors.isEmpty()) {
            throw new ConfigException(source, errors);
        }
        Defaults.fill(settings, tree);
        return StrictYaml.convert(source, tree, section);
    }
}
