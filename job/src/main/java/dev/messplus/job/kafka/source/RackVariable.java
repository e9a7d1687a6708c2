package dev.messplus.job.kafka.source;

import org.apache.flink.util.function.SerializableSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rack of the TaskManager that asks, by which consumers read from a replica nearby: {@code
 * client.rack}.
 *
 * @param name of the TaskManager's environment variable that has it
 */
record RackVariable(String name) implements SerializableSupplier<String> {

    private static final Logger LOG = LoggerFactory.getLogger(RackVariable.class);

    /** The rack; {@code null} if the variable is not set: then consumers read from the leaders. */
    @Override
    public String get() {
        String rack = System.getenv(name);
        if (rack == null || rack.isBlank()) {
            LOG.warn(
                    "kafka.rackVariable: {} is not set in the environment of this TaskManager, so"
                            + " its sources read from the leaders",
                    name);
            return null;
        }
        return rack.strip();
    }
}
