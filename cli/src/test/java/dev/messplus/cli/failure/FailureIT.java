package dev.messplus.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.messplus.cli.cluster.FlinkDistribution;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jobs in both modes of delivery, with and without device meters, on a cluster of processes that
 * are killed one after another, under load. The short form has one round of faults; {@code mvn
 * verify -Pfailure} runs the long one.
 */
class FailureIT {

    private static final int ROUNDS = Integer.getInteger("failure.rounds", 1);
    private static final int PAIRS = Integer.getInteger("failure.pairs", 1);
    private static final int REQUESTS = Integer.getInteger("failure.requests", 300);
    private static final int PER_SECOND = Integer.getInteger("failure.perSecond", 100);

    /**
     * The state of three models under one SLA and two shards takes 200 kB, however many requests
     * there were. Each request that stays in state by mistake adds half a kilobyte.
     */
    private static final long SAVEPOINT_BYTES = 250_000;

    /**
     * For some minutes after a start, a second rating may be an early label of a request that is
     * yet to be decided again. A third of the requests are rated, and each rating takes 100 bytes.
     */
    private static final long EARLY_LABEL_BYTES = 40;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final FailureTable TABLE = new FailureTable();

    @BeforeAll
    static void requireJar() {
        assumeThatCode(FlinkDistribution.ofCommand()::jobJar)
                .as("the cluster jar, which the phase package builds")
                .doesNotThrowAnyException();
    }

    @AfterAll
    static void report() throws Exception {
        if (TABLE.rows().isEmpty()) {
            return;
        }
        System.out.println("\n" + TABLE.render() + "\n");
        TABLE.write(Path.of("target", "failure"));
    }

    /** The short form has the first pair of jobs. */
    static Stream<Arguments> jobs() {
        return Stream.of(
                        Arguments.of(
                                Stage.DEFAULT,
                                List.of(
                                        JobOptions.metered("at_least_once"),
                                        JobOptions.of("exactly_once"))),
                        Arguments.of(
                                Stage.ADAPTIVE,
                                List.of(
                                        JobOptions.of("at_least_once"),
                                        JobOptions.metered("exactly_once"))))
                .limit(PAIRS);
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void noRequestIsLostAndNoLabelCountsTwice(String scheduler, List<JobOptions> jobs)
            throws Exception {
        try (Stage stage = new Stage(folder.resolve(scheduler), scheduler);
                Trials trials = new Trials(stage, jobs, PER_SECOND)) {
            for (int round = 1; round <= ROUNDS; round++) {
                for (Fault fault : Faults.on(stage)) {
                    for (FaultResult row : trials.under(fault, round, REQUESTS)) {
                        System.out.println(row);
                        TABLE.add(row);
                    }
                }
            }
            assertThat(trials.wrong()).isEmpty();
            for (Trial trial : trials.all()) {
                assertThat(trial.stop())
                        .as("bytes of the savepoint of " + trial.deployment().options().name())
                        .isLessThan(SAVEPOINT_BYTES + EARLY_LABEL_BYTES * trial.sent());
            }
        }
        assertThat(TABLE.rows()).extracting(FaultResult::lost).containsOnly(0L);
        // At any time a healthy model can answer, or will soon: a request waits for it.
        assertThat(TABLE.rows()).extracting(FaultResult::failed).containsOnly(0L);
        assertThat(TABLE.rows())
                .filteredOn(
                        row ->
                                row.mode().equals("exactly_once")
                                        || row.fault().equals(Faults.FINISH_CALLS))
                .extracting(FaultResult::repeated)
                .containsOnly(0L);
    }
}
