package dev.messplus.local.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.ModelSection;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A file with the zoo of a local run. */
public final class ZooFile {

    /** The only SLA of {@link #config}. */
    static final String ANY_SLA = "any";

    private ZooFile() {}

    /**
     * The models in a file, by id.
     *
     * @throws ConfigException with all errors of the zoo, if the file is invalid
     */
    public static Map<String, ModelSection> read(Path file) throws IOException {
        return config(file).zoo();
    }

    /** A configuration with the models in a file, and what else it must have. */
    static MessConfig config(Path file) throws IOException {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.set("zoo", RunSettings.zooOf(file));
        settings.putObject("kafka").put("bootstrap", "localhost:9092");
        settings.putObject("slas").putObject(ANY_SLA).put("alpha", 0);
        // JSON is YAML.
        return new ConfigLoader(System.getenv()).parse(file.toString(), Json.text(settings));
    }
}
