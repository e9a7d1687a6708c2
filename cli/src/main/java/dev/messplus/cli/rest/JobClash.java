package dev.messplus.cli.rest;

import dev.messplus.job.JobParameters;
import dev.messplus.job.config.KafkaSection;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a job of the same cluster that would get into another's way. What runs on another cluster
 * cannot be seen: the job's consumers are no members of their group.
 */
public final class JobClash {

    private final ClusterReader reader;
    private final String url;

    public JobClash(FlinkRest rest) {
        reader = new ClusterReader(rest);
        url = rest.url();
    }

    /** Why a job must not run beside one that runs already, in words; empty if it may. */
    public Optional<String> with(KafkaSection kafka) {
        return reader.jobs().stream()
                .flatMap(
                        job ->
                                reason(reader.parameters(job.id()), kafka, job)
                                        .map(reason -> reason + "; " + fix(url, job))
                                        .stream())
                .findFirst();
    }

    static Optional<String> reason(Map<String, String> other, KafkaSection kafka, ListedJob job) {
        if (!kafka.bootstrap().equals(other.get(JobParameters.BOOTSTRAP))) {
            return Optional.empty();
        }
        String requests = kafka.topics().requests();
        String measurements = kafka.topics().measurements();
        if (requests.equals(other.get(JobParameters.REQUESTS))
                && kafka.groupId().equals(other.get(JobParameters.GROUP_ID))) {
            return Optional.of(
                    "kafka.topics.requests: job %s (%s) reads %s in the group %s already, and both would answer"
                            .formatted(job.id(), job.name(), requests, kafka.groupId()));
        }
        if (measurements.equals(other.get(JobParameters.MEASUREMENTS))) {
            return Optional.of(
                    "kafka.topics.measurements: job %s (%s) writes %s already, and each would take in what the other measured"
                            .formatted(job.id(), job.name(), measurements));
        }
        return Optional.empty();
    }

    static String fix(String url, ListedJob job) {
        return "stop that job (./mess stop --url %s %s), or give this one a kafka.groupId and kafka.topics of its own"
                .formatted(url, job.id().toHexString().substring(0, 8));
    }
}
