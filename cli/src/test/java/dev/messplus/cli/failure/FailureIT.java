package dev.messplus.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.messplus.cli.cluster.FlinkDistribution;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The job on a cluster of processes that are killed one after another, under load. The short form
 * has one round of faults; {@code mvn verify -Pfailure} runs the long one.
 */
class FailureIT {

    private static final int ROUNDS = Integer.getInteger("failure.rounds", 1);
    private static final int REQUESTS = Integer.getInteger("failure.requests", 300);
    private static final int PER_SECOND = Integer.getInteger("failure.perSecond", 150);
    private static final int PARALLELISM = 2;

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

    @TempDir static Path folder;

    private static final FailureTable TABLE = new FailureTable();

    private static Stage stage;

    @BeforeAll
    static void start() throws Exception {
        assumeThatCode(FlinkDistribution.ofCommand()::jobJar)
                .as("the cluster jar, which the phase package builds")
                .doesNotThrowAnyException();
        stage = new Stage(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (stage != null) {
            System.out.println("\n" + TABLE.render() + "\n");
            TABLE.write(Path.of("target", "failure"));
            stage.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void noRequestIsLostAndNoLabelCountsTwice(String delivery) throws Exception {
        try (Trial trial = new Trial(stage, delivery, PARALLELISM, PER_SECOND)) {
            for (int round = 1; round <= ROUNDS; round++) {
                for (Fault fault : Faults.ALL) {
                    FaultResult row = trial.under(fault, round, REQUESTS);
                    System.out.println(row);
                    TABLE.add(row);
                }
            }
            assertThat(trial.wrong()).isEmpty();
            assertThat(trial.stop())
                    .as("bytes of the savepoint")
                    .isLessThan(SAVEPOINT_BYTES + EARLY_LABEL_BYTES * trial.sent());
        }
        List<FaultResult> rows =
                TABLE.rows().stream().filter(row -> row.mode().equals(delivery)).toList();
        assertThat(rows).extracting(FaultResult::lost).containsOnly(0L);
        if (delivery.equals("exactly_once")) {
            assertThat(rows).extracting(FaultResult::repeated).containsOnly(0L);
        }
    }
}
