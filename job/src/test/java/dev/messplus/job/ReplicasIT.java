package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.FaultyModels;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A model with two servers, of which one ends; its energy is the processor time of a process. */
@ExtendWith(SharedCluster.class)
class ReplicasIT {

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void callsAreSharedAndOneServerIsEnough() throws Exception {
        try (FaultyModels first = new FaultyModels(Ports.free(), 1);
                FaultyModels second = new FaultyModels(Ports.free(), 2);
                TestJob job = TestJob.on(cluster, config(first, second)).start()) {
            IntStream.range(0, 200).forEach(i -> job.send(TestRequest.easy(i)));
            job.awaitResponses(200);
            assertThat(List.of(first.stats().calls(), second.stats().calls()))
                    .allMatch(calls -> calls >= 50);

            second.close();
            IntStream.range(200, 400).forEach(i -> job.send(TestRequest.easy(i)));

            List<JsonNode> responses = job.awaitResponses(400);
            assertThat(responses).allMatch(r -> r.get("status").asText().equals("ok"));
            assertThat(responses)
                    .extracting(r -> r.get("energy_source").asText())
                    .contains("process (estimated)")
                    .allMatch(source -> source.endsWith("(estimated)"));
            assertThat(first.stats().calls()).isGreaterThanOrEqualTo(250);
        }
    }

    private static TestConfig config(FaultyModels first, FaultyModels second) throws Exception {
        // Both servers run in this process.
        Map<String, Object> energy =
                Map.of(
                        "source", "process",
                        "pid", ProcessHandle.current().pid(),
                        "root", "/nowhere");
        return TestConfig.on(cluster, "replicas")
                .model("small", first.url(), energy)
                .set("zoo.small.replicaUrls", List.of(second.url()));
    }
}
