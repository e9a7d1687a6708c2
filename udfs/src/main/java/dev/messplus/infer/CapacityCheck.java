package dev.messplus.infer;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the calls that a subtask may have at a time are what their owner means, and whether the
 * JVM can make them.
 *
 * @param share of the subtask in the limits of the job
 */
record CapacityCheck(List<ModelEndpoint> endpoints, InferenceConfig config, Share share) {

    private static final Logger LOG = LoggerFactory.getLogger(CapacityCheck.class);

    /** An explored request calls as many models at once. */
    private static final int CALLS_OF_A_REQUEST = 2;

    /** Files that classes, Kafka's clients and RocksDB open beside those of calls. */
    private static final int OTHER_FILES = 256;

    /**
     * The files of a JVM, connections among them.
     *
     * @param open how many are open
     * @param limit how many may be open
     */
    record Files(long open, long limit) {}

    /** Logs what is wrong with the capacity of a TaskManager with that many slots. */
    void log(int slots) {
        List<String> warnings = new ArrayList<>();
        if (share.subtask() == 0) {
            warnings.addAll(smallLimits());
        }
        filesOfJvm().flatMap(files -> tooFewFiles(files, slots)).ifPresent(warnings::add);
        warnings.forEach(LOG::warn);
    }

    /** The limits that are below the number of subtasks. */
    List<String> smallLimits() {
        List<String> small = new ArrayList<>();
        smallLimit("inference.maxInFlight", config.maxInFlight()).ifPresent(small::add);
        for (ModelEndpoint endpoint : endpoints) {
            smallLimit("zoo." + endpoint.id() + ".maxInFlight", endpoint.limits().maxInFlight())
                    .ifPresent(small::add);
        }
        return small;
    }

    private Optional<String> smallLimit(String setting, int limit) {
        return limit >= share.subtasks()
                ? Optional.empty()
                : Optional.of(
                        "%s: %d is below the parallelism of infer, %d: each subtask makes one call at a time, which is more in all; lower the parallelism"
                                .formatted(setting, limit, share.subtasks()));
    }

    /**
     * Says that the JVM cannot open a connection for each call, if that is so.
     *
     * @param slots of the TaskManager, each of which may have a subtask
     */
    Optional<String> tooFewFiles(Files files, int slots) {
        long ofModels =
                endpoints.stream()
                        .mapToLong(endpoint -> share.of(endpoint.limits().maxInFlight()))
                        .sum();
        long ofRequests = (long) CALLS_OF_A_REQUEST * share.of(config.maxInFlight());
        long calls = Math.min(ofModels, ofRequests) * Math.min(slots, share.subtasks());
        long needed = files.open() + calls + OTHER_FILES;
        return needed <= files.limit()
                ? Optional.empty()
                : Optional.of(
                        "inference.maxInFlight: this TaskManager may make %d calls at a time, each with a connection, but may open %d files, of which %d are open; calls beyond that fail; raise its limit (ulimit -n) to %d, or lower inference.maxInFlight"
                                .formatted(calls, files.limit(), files.open(), needed));
    }

    private static Optional<Files> filesOfJvm() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                ? Optional.of(
                        new Files(os.getOpenFileDescriptorCount(), os.getMaxFileDescriptorCount()))
                : Optional.empty();
    }
}
