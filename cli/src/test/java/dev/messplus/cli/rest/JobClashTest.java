package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.KafkaSectionBuilder;
import dev.messplus.job.config.TopicsSection;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;

/** A job runs that reads mess.requests in the group mess, and writes mess.measurements. */
class JobClashTest {

    private static final ListedJob RUNNING =
            new ListedJob(new JobID(7, 7), "first", JobStatus.RUNNING);

    @Test
    void twoJobsMustNotReadTheSameRequestsInOneGroup() {
        assertThat(reason(kafka("mess", "mess.requests", "mess.measurements")).orElseThrow())
                .startsWith(
                        "kafka.topics.requests: job "
                                + RUNNING.id()
                                + " (first) reads mess.requests in the group mess already, and both would answer");
    }

    @Test
    void theFixNamesTheClusterAndTheJob() {
        assertThat(JobClash.fix("http://flink:8081", RUNNING))
                .startsWith("stop that job (./mess stop --url http://flink:8081 00000000), or ");
    }

    @Test
    void theyMustNotShareTheirMeasurements() {
        assertThat(reason(kafka("other", "mess.requests", "mess.measurements")).orElseThrow())
                .startsWith("kafka.topics.measurements: job ");
        assertThat(reason(kafka("mess", "other.requests", "mess.measurements"))).isPresent();
    }

    @Test
    void jobsWithTopicsOfTheirOwnRunSideBySide() {
        assertThat(reason(kafka("other", "mess.requests", "other.measurements"))).isEmpty();
        assertThat(reason(kafka("mess", "other.requests", "other.measurements"))).isEmpty();
        KafkaSection elsewhere =
                KafkaSectionBuilder.builder(kafka("mess", "mess.requests", "mess.measurements"))
                        .bootstrap("elsewhere:9092")
                        .build();
        assertThat(reason(elsewhere)).isEmpty();
    }

    private static Optional<String> reason(KafkaSection kafka) {
        return JobClash.reason(
                Map.of(
                        "kafka.bootstrap", "localhost:9092",
                        "kafka.groupId", "mess",
                        "kafka.topics.requests", "mess.requests",
                        "kafka.topics.measurements", "mess.measurements"),
                kafka,
                RUNNING);
    }

    private static KafkaSection kafka(String group, String requests, String measurements) {
        return KafkaSectionBuilder.builder(KafkaSection.of("localhost:9092"))
                .groupId(group)
                .topics(
                        new TopicsSection(
                                requests,
                                "responses",
                                "feedback",
                                measurements,
                                "dead",
                                "files",
                                "batches"))
                .build();
    }
}
