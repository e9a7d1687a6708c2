package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.ParallelismSection;
import dev.messplus.testkit.TestServer;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster of 4 slots, of which 1 is free. */
@Timeout(120)
class SlotCheckTest {

    private static final String OVERVIEW =
            """
            {"taskmanagers": %d, "slots-total": %d, "slots-available": %d, "jobs-running": 1,
             "jobs-finished": 0, "jobs-cancelled": 0, "jobs-failed": 0,
             "flink-version": "2.2.1", "flink-commit": "x"}""";

    private final AtomicReference<String> overview =
            new AtomicReference<>(OVERVIEW.formatted(2, 4, 1));
    private Consumer<String> progress = message -> {};
    private TestServer server;
    private FlinkRest rest;
    private String configuration = "[]";

    @BeforeEach
    void start() throws IOException {
        server =
                new TestServer()
                        .json("/v1/overview", overview::get)
                        .json("/v1/jobmanager/config", () -> configuration);
        rest = new FlinkRest(server.url(), new Configuration());
    }

    @AfterEach
    void stop() {
        rest.close();
        server.close();
    }

    @Test
    void slotsThatDoNotExistAreCounted() throws Exception {
        assertThat(missing(5))
                .hasValue(
                        "the job needs 5 slots; 4 exist, 1 of them free: start more TaskManagers,"
                                + " or lower --parallelism and parallelism in the configuration");
    }

    @Test
    void slotsThatAnotherJobHasAreCounted() throws Exception {
        assertThat(missing(2).orElseThrow())
                .startsWith(
                        "the job needs 2 slots; 4 exist, 1 of them free: stop another job, start");
        assertThat(missing(1)).isEmpty();
    }

    @Test
    void taskManagersThatRegisterLateAreWaitedFor() throws Exception {
        overview.set(OVERVIEW.formatted(0, 0, 0));
        AtomicReference<String> waitsFor = new AtomicReference<>();

        progress =
                message -> {
                    waitsFor.set(message);
                    overview.set(OVERVIEW.formatted(1, 2, 2));
                };

        assertThat(missing(2)).isEmpty();
        assertThat(waitsFor.get()).startsWith("no TaskManager has registered yet; waiting up to");
    }

    @Test
    void withoutAParallelismTheDefaultOfTheClusterCounts() throws Exception {
        assertThat(missing(null)).isEmpty();
        configuration = "[{\"key\": \"parallelism.default\", \"value\": \"3\"}]";
        assertThat(missing(null).orElseThrow()).startsWith("the job needs 3 slots");
    }

    @Test
    void anOperatorOfItsOwnParallelismCounts() {
        assertThat(new ParallelismSection(1, null, 1, 7).in(2).slots()).isEqualTo(7);
        assertThat(new ParallelismSection(1, 1, 1, 1).in(2).slots()).isOne();
        // Routing has 128 subtasks at most, the others may have more.
        assertThat(new ParallelismSection(1, 1, null, 1).in(200).slots()).isEqualTo(128);
    }

    @Test
    void aClusterThatStartsTaskManagersItselfIsNotChecked() throws Exception {
        for (String setting :
                new String[] {"kubernetes.cluster-id", "yarn.application.name", "scheduler-mode"}) {
            configuration = "[{\"key\": \"%s\", \"value\": \"x\"}]".formatted(setting);
            assertThat(missing(5)).as(setting).isEmpty();
        }
        configuration = "[{\"key\": \"jobmanager.scheduler\", \"value\": \"adaptive\"}]";
        assertThat(missing(5)).isEmpty();
    }

    private Optional<String> missing(Integer parallelism) throws Exception {
        return new SlotCheck(rest, progress).missing(parallelism, n -> n);
    }
}
