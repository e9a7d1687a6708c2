package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestDevice;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where the joules of responses come from. */
@ExtendWith(SharedCluster.class)
class EnergyIT {

    @TempDir static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void requestsAreChargedWhatTheirDevicesUsed() throws Exception {
        try (TestDevice device = new TestDevice(folder.resolve("powercap"));
                TestJob job =
                        TestJob.on(cluster, zoo("metered", TestConfig.rapl(device))).start()) {
            IntStream.range(0, 300).forEach(i -> job.send(TestRequest.easyOrHard(i).slowly()));
            List<JsonNode> responses = job.awaitResponses(300);
            job.awaitMetric("sla.gold.shard.0.labelled", 300);
            double charged = responses.stream().mapToDouble(EnergyIT::joules).sum();

            assertThat(responses)
                    .extracting(r -> r.get("energy_source").asText())
                    .containsOnly("rapl");
            assertThat(charged).isPositive();
            // Both subtasks show the account of the one device, and no call is in flight.
            String account = "device.rapl_package-0.";
            Patience.await()
                    .until(
                            () -> job.inferenceMetric(account + "attributedJoules") / 2,
                            joules -> Math.abs(joules - charged) < 1e-3);
            Patience.await()
                    .untilAsserted(
                            () ->
                                    assertThat(job.metric("sla.gold.shard.0.energyJoules"))
                                            .isEqualTo(charged, within(1e-3)));
            assertThat(job.inferenceMetric(account + "available")).isEqualTo(2);
            assertThat(job.inferenceMetric(account + "idleJoules")).isPositive();
            assertThat(job.inferenceMetric("model.small.breakerState")).isZero();
        }
    }

    @Test
    void aJobWhoseEnergySourceIsMissingFailsAtOnceWithTheField() throws Exception {
        String library = "/nowhere/libnvidia-ml.so.1";
        Map<String, Object> missing =
                Map.of("source", "nvml", "gpus", List.of(0), "library", library);
        try (TestJob job = TestJob.on(cluster, zoo("unmetered", missing)).start()) {
            Patience.await().until(() -> job.status() == JobStatus.FAILED);
            assertThat(job.rest("/exceptions").toString()).contains("zoo.small.energy: ", library);
        }
    }

    private static TestConfig zoo(String name, Map<String, Object> energy) throws Exception {
        String url = cluster.models().url();
        return TestConfig.on(cluster, name).model("small", url, energy).model("large", url, energy);
    }

    private static double joules(JsonNode response) {
        return response.get("energy_joules").asDouble()
                + response.path("exploration_joules").asDouble()
                + response.path("planned_joules").asDouble()
                + response.path("failed_joules").asDouble();
    }
}
