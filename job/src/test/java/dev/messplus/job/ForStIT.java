package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The job with its keyed state in ForSt, whose files need not be on the TaskManager. */
@ExtendWith(SharedCluster.class)
class ForStIT {

    @Test
    void theJobKeepsItsStateInForStAndRestoresIt(TestCluster cluster, @TempDir Path remote)
            throws Exception {
        Map<String, String> forSt =
                Map.of(
                        "state.backend.type", "forst",
                        "state.backend.forst.sync.enforce-local", "false",
                        "state.backend.forst.primary-dir", remote.toUri().toString());
        int requests = 200;
        try (TestJob job = TestJob.on(cluster, TestConfig.on(cluster, "forst")).flink(forSt)) {
            job.start();
            IntStream.range(0, requests)
                    .forEach(i -> job.send(TestRequest.easyOrHard(i).unscored()));
            List<JsonNode> before = job.awaitResponses(requests);
            job.awaitCheckpoint();
            Patience.await()
                    .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                    .until(
                            () -> files(remote),
                            files ->
                                    files.stream().anyMatch(f -> f.contains("/op_RouteOperator_")));

            // It has native savepoints only, which no other backend can restore.
            job.restore(job.cancelAtCheckpoint());
            job.rate(before);
            job.send(TestRequest.easy(0).id("next").unscored());

            job.awaitResponses(requests + 1);
            job.awaitMetric("sla.gold.shard.0.labelled", requests);
            assertThat(job.metric("sla.gold.shard.0.requests")).isEqualTo(requests + 1.0);
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }
}
