package dev.messplus.job;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a job shows of its configuration: Flink's web UI shows these parameters, and the command
 * {@code mess} reads them.
 */
public final class JobParameters {

    /** File of the configuration, as whoever submitted the job named it. */
    public static final String CONFIG = "config";

    /** Jars of the user that the job has with it, as whoever submitted it named them. */
    public static final String JARS = "jars";

    /** What stands between two of {@link #JARS}; a file of a class path cannot have it. */
    public static final String JARS_DELIMITER = ":";

    /** Names of the SLAs, comma-separated. Metrics spell them differently. */
    public static final String SLAS = "slas";

    /** Ids of the models, comma-separated. Metrics spell them differently. */
    public static final String ZOO = "zoo";

    /** Addresses of the brokers. */
    public static final String BOOTSTRAP = "kafka.bootstrap";

    /** Consumer group. */
    public static final String GROUP_ID = "kafka.groupId";

    /** Topic of the requests, if they are on one. */
    public static final String REQUESTS = "kafka.topics.requests";

    /** Topic of the measurements. */
    public static final String MEASUREMENTS = "kafka.topics.measurements";

    private JobParameters() {}

    static Map<String, String> of(MessConfig config) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(SLAS, String.join(",", config.slas().keySet()));
        parameters.put(ZOO, String.join(",", config.zoo().keySet()));
        KafkaSection kafka = config.kafka();
        parameters.put(BOOTSTRAP, kafka.bootstrap());
        parameters.put(GROUP_ID, kafka.groupId());
        if (config.requests().areOnTopic()) {
            parameters.put(REQUESTS, kafka.topics().requests());
        }
        parameters.put(MEASUREMENTS, kafka.topics().measurements());
        return parameters;
    }
}
