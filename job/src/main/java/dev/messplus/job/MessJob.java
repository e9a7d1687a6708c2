package dev.messplus.job;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigFiles;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.job.kafka.admin.TransactionRequirements;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.job.pipeline.StartingPoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry point on a cluster: {@code flink run messplus-job.jar --config mess.yaml}. */
@Command(
        name = "mess-job",
        mixinStandardHelpOptions = true,
        description =
                "Routes prompts from Kafka to the language model that uses the least energy within an"
                        + " SLA.")
public final class MessJob {

    private static final String CONFIG_TEXT = "--config-text";

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(
            names = "--file-text",
            paramLabel = "NAME=TEXT",
            description =
                    "With --config-text: a file that the configuration names, as it names it.")
    private Map<String, String> fileTexts = Map.of();

    @Option(
            names = "--config-name",
            paramLabel = "FILE",
            description = "With --config-text: the file that the text is from, for people to see.")
    private String configName;

    @Option(
            names = "--jar-name",
            paramLabel = "FILE",
            description = "A jar of the user that the job has with it, for people to see.")
    private List<String> jarNames = List.of();

    @Option(
            names = "--bounded",
            description =
                    "Answer the requests that are there now, wait for their labels, then finish.")
    private boolean bounded;

    /**
     * Submits the job. It throws instead of ending the JVM, which may be a JobManager's.
     *
     * @throws ConfigException with all errors of the configuration
     */
    public static void main(String[] args) throws Exception {
        MessJob job = new MessJob();
        if (!CommandLine.printHelpIfRequested(job.parse(args))) {
            job.run();
        }
    }

    private CommandLine.ParseResult parse(String[] args) {
        return new CommandLine(this).parseArgs(args);
    }

    static MessConfig config(String... args) {
        MessJob job = new MessJob();
        job.parse(args);
        return job.config();
    }

    private MessConfig config() {
        return source.load(
                new ConfigLoader(System.getenv()),
                configName == null ? CONFIG_TEXT : configName,
                fileTexts);
    }

    private void run() throws Exception {
        MessConfig config = config();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        FlinkSettings.configure(env, config);
        nameFiles(env);
        if (!bounded) {
            StartingPoint.readOn(env);
        }
        KafkaConnectors kafka = new KafkaConnectors(config);
        new Topics(config).ensure();
        new TransactionRequirements(config).verify(env.getCheckpointConfig());
        Pipeline.define(env, config, bounded ? kafka.bounded() : kafka.unbounded());
        env.execute();
    }

    /** Shows which files of its user the job has, so that it can be started again. */
    private void nameFiles(StreamExecutionEnvironment env) {
        Map<String, String> parameters =
                new LinkedHashMap<>(env.getConfig().getGlobalJobParameters().toMap());
        if (configName != null) {
            parameters.put(JobParameters.CONFIG, configName);
        }
        if (!jarNames.isEmpty()) {
            parameters.put(JobParameters.JARS, String.join(JobParameters.JARS_DELIMITER, jarNames));
        }
        env.configure(new Configuration().set(PipelineOptions.GLOBAL_JOB_PARAMETERS, parameters));
    }

    /** The options that give the configuration, of which one is required. */
    private static final class Source {

        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "File with the configuration, on the machine that runs main().")
        private Path file;

        @Option(
                names = CONFIG_TEXT,
                required = true,
                paramLabel = "YAML",
                description =
                        "The configuration itself, for a machine that does not have the file.")
        private String text;

        MessConfig load(ConfigLoader loader, String name, Map<String, String> files) {
            return file == null
                    ? loader.parse(name, text, ConfigFiles.sent(files))
                    : loader.load(file);
        }
    }
}
