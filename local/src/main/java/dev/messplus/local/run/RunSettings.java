package dev.messplus.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.messplus.core.account.ScoreWindow;
import dev.messplus.job.config.ConfigException;
import dev.messplus.local.zoo.ZooModels;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The configuration of a local run, as a tree in the form of {@code mess.yaml}. */
final class RunSettings {

    /** c of an SLA whose p_t = min(1, c / t^(1/3)) is 1 for the first 10^9 requests. */
    private static final int ALWAYS_EXPLORES = 1_000;

    private RunSettings() {}

    /** Everything but {@code kafka}, which {@link LocalStack} adds. */
    static ObjectNode of(LocalOptions options, ObjectNode zoo) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.set("zoo", zoo);
        ObjectNode slas = settings.putObject("slas");
        if (options.hasAlpha()) {
            addPromise(slas, options.sla(), options);
        }
        // Explores every request: all models answer every prompt.
        slas.putObject(LocalOptions.REFERENCE_SLA)
                .put("alpha", 0)
                .put("preset", "paper")
                .put("explorationRate", ALWAYS_EXPLORES);
        settings.put("receipts", true);
        return settings;
    }

    /** The same settings with a further SLA, which begins with what is in a file. */
    static ObjectNode warmStart(ObjectNode settings, LocalOptions options, Path file) {
        ObjectNode more = settings.deepCopy();
        addPromise(more.withObject("/slas"), options.sla() + LocalOptions.WARM, options)
                .putObject("warmStart")
                .put("file", file.toString());
        return more;
    }

    private static ObjectNode addPromise(ObjectNode slas, String name, LocalOptions options) {
        return slas.putObject(name)
                .put("alpha", options.alpha())
                .put("window", Math.max(ScoreWindow.STEPS, options.requests() / 2))
                .put("seed", options.seed());
    }

    /** The section {@code zoo} for the built-in zoo, which reports the joules of each answer. */
    static ObjectNode builtInZoo(int port) {
        ObjectNode zoo = Json.MAPPER.createObjectNode();
        for (String model : ZooModels.all().keySet()) {
            zoo.putObject(model)
                    .put("url", "http://%s:%d/v1".formatted(Ports.LOOPBACK, port))
                    .put("model", model)
                    .putObject("energy")
                    .put("source", "response")
                    .put("pointer", "/usage/energy_joules")
                    .put("sourcePointer", "/usage/energy_source");
        }
        return zoo;
    }

    /**
     * The section {@code zoo} of a file.
     *
     * @throws ConfigException if the file cannot be read or has no such section
     */
    static ObjectNode zooOf(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new ConfigException(file.toString(), List.of("file: cannot be read"));
        }
        JsonNode zoo = new YAMLMapper().readTree(file.toFile()).path("zoo");
        if (zoo instanceof ObjectNode models && !models.isEmpty()) {
            return models;
        }
        throw new ConfigException(
                file.toString(),
                List.of("zoo: is missing or empty; list the models as in mess.yaml"));
    }
}
