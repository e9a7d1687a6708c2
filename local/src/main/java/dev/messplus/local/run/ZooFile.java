package dev.messplus.local.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.ModelSection;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A file with the zoo of a local run. */
public final class ZooFile {

    private ZooFile() {}

    /**
     * The models in a file, by id.
     *
     * @throws ConfigException with all errors of the zoo, if the file is invalid
     */
    public static Map<String, ModelSection> read(Path file) throws IOException {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.set("zoo", RunSettings.zooOf(file));
        // What else a configuration must have.
        settings.putObject("kafka").put("bootstrap", "localhost:9092");
        settings.putObject("slas").putObject("any").put("alpha", 0);
        // JSON is YAML.
        return new ConfigLoader(System.getenv()).parse(file.toString(), Json.text(settings)).zoo();
    }
}
