package dev.messplus.job;

import static dev.messplus.testkit.TestResponses.is;
import static dev.messplus.testkit.TestResponses.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.FaultyModels;
import dev.messplus.testkit.ModelFault;
import dev.messplus.testkit.ModelProcess;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestResponses;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pipeline over model servers that fail in many ways, and recover. */
@ExtendWith(SharedCluster.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FaultIT {

    /** Calls in flight. */
    private static final int MAX_IN_FLIGHT = 64;

    /** A fault has struck once the server has treated this many calls badly. */
    private static final int STRUCK = 6;

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void everyRequestIsAnsweredOnceWhateverTheServersDo() throws Exception {
        try (ModelProcess small = new ModelProcess(Ports.free(), 1);
                ModelProcess medium = new ModelProcess(Ports.free(), 2);
                ModelProcess large = new ModelProcess(Ports.free(), 3);
                TestJob job =
                        TestJob.on(
                                        cluster,
                                        config("faults", small.url(), medium.url(), large.url()))
                                .start()) {
            FaultTraffic traffic = new FaultTraffic(job);
            strike(traffic, small, medium, large);
            traffic.report();

            List<JsonNode> all = traffic.responses();
            assertThat(job.count(job.responsesTopic())).isEqualTo(traffic.sent());
            assertThat(TestResponses.distinctIds(all)).hasSize(traffic.sent());
            assertThat(job.count(job.deadLettersTopic())).isZero();
            // At any time at least one model is healthy and can answer within the deadline.
            assertThat(share(all, FaultTraffic::failed)).isLessThanOrEqualTo(0.001);
            assertThat(all)
                    .filteredOn(r -> !FaultTraffic.failed(r))
                    .allMatch(FaultIT::answersItsQuestion);
            assertFallbacks(traffic);
            assertAccounts(job, all);
            assertNeverRestarted(job);
            // A call that was given up leaves no connection behind.
            for (ModelProcess model : List.of(small, medium, large)) {
                Patience.await().until(() -> model.stats().connections() <= MAX_IN_FLIGHT);
            }
        }
    }

    private static void strike(
            FaultTraffic traffic, ModelProcess small, ModelProcess medium, ModelProcess large)
            throws Exception {
        learn(traffic);
        traffic.phase("healthy", 1_000);
        small.kill();
        traffic.phase("small killed", 700);
        small.start();
        traffic.untilBack("small");
        traffic.phase("small back", 700);
        strike(traffic, "medium errs", 1_200, medium, ModelFault.ERRORS);
        heal(traffic, medium);
        strike(traffic, "small stalls", 900, small, ModelFault.STALLS);
        heal(traffic, small);
        strike(traffic, "medium limits", 600, medium, ModelFault.RATE_LIMITED);
        heal(traffic, medium);
        strike(traffic, "large half closes", 900, large, ModelFault.HALF_CLOSED);
        heal(traffic, large);
        strike(traffic, "small babbles", 900, small, ModelFault.GARBAGE);
        strike(traffic, "and medium half closes", 900, medium, ModelFault.HALF_CLOSED);
        small.fault(ModelFault.HEALTHY);
        heal(traffic, medium);
        // Requests that were in flight during the last faults may still fall back.
        traffic.phase("recovering", 500);
        traffic.phase("healthy again", 1_000);
        traffic.drain();
    }

    /**
     * Waits until labels have shown what the cheapest model is good for: how many requests are
     * decided before depends on the machine.
     */
    private static void learn(FaultTraffic traffic) {
        traffic.phase("learning", 500);
        traffic.untilBack("small");
    }

    /**
     * Ends a fault, and waits until its model is back: the next fault must leave healthy models.
     */
    private static void heal(FaultTraffic traffic, ModelProcess model) {
        model.fault(ModelFault.HEALTHY);
        traffic.untilBack("small", "medium");
    }

    private static void strike(
            FaultTraffic traffic, String phase, int more, ModelProcess model, ModelFault fault) {
        model.fault(fault);
        traffic.phase(phase, more, () -> model.stats().faults() >= STRUCK);
    }

    /** A model that is gone is soon left out of decisions, and nothing of its fault stays. */
    private static void assertFallbacks(FaultTraffic traffic) {
        assertThat(share(traffic.responses(), FaultTraffic::fellBack)).isBetween(0.002, 0.3);
        for (String phase : List.of("small killed", "small babbles")) {
            List<JsonNode> struck = traffic.within(phase);
            // How many were in flight when the model failed depends on the machine.
            List<JsonNode> later = struck.subList(struck.size() / 2, struck.size());
            assertThat(share(later, FaultTraffic::fellBack)).as(phase).isLessThan(0.15);
            // Where a second model was asked anyway, its answer is served without a fallback.
            assertThat(share(struck, r -> FaultTraffic.fellBack(r) || FaultTraffic.explored(r)))
                    .as(phase)
                    .isPositive();
        }
        for (String phase : List.of("healthy", "healthy again")) {
            List<JsonNode> healthy = traffic.within(phase);
            assertThat(share(healthy, FaultTraffic::fellBack)).as(phase).isLessThan(0.05);
            assertThat(TestResponses.shareOf("small", healthy)).as(phase).isGreaterThan(0.1);
        }
    }

    @Test
    void theQueueCountsTheModelThatServedAndNotTheOneThatWasChosen() throws Exception {
        try (FaultyModels small = new FaultyModels(Ports.free(), 4);
                FaultyModels others = new FaultyModels(Ports.free(), 5);
                TestJob job =
                        TestJob.on(
                                        cluster, // One model a request: another one is a fallback.
                                        config("fallbacks", small.url(), others.url(), others.url())
                                                .sla(
                                                        "gold",
                                                        TestSla.promising(0.65)
                                                                .with("explorationBudget", 0)))
                                .start()) {
            FaultTraffic traffic = new FaultTraffic(job);
            learn(traffic);
            small.fault(ModelFault.DEAD);
            traffic.phase("small dead", 300);
            traffic.drain();

            List<JsonNode> all = traffic.responses();
            assertThat(all).hasSize(traffic.sent()).noneMatch(FaultTraffic::failed);
            // Until the breaker opens, and whenever it tries small again.
            assertThat(all).filteredOn(FaultTraffic::fellBack).hasSizeGreaterThan(5);
            assertAccounts(job, all);
        }
    }

    /**
     * The figures of the routing follow from the responses: each counts once, for its model. A
     * reading may be of a moment at which some of the labels are on their way.
     */
    private static void assertAccounts(TestJob job, List<JsonNode> responses) {
        Patience.await().untilAsserted(() -> assertFigures(job, responses));
    }

    private static void assertFigures(TestJob job, List<JsonNode> responses) throws Exception {
        List<JsonNode> ok = responses.stream().filter(r -> !FaultTraffic.failed(r)).toList();
        assertThat(job.metric("sla.gold.shard.0.requests")).isEqualTo(responses.size());
        assertThat(job.metric("sla.gold.shard.0.inFlight")).isZero();
        assertThat(job.metric("sla.gold.shard.0.drift")).isZero();
        assertThat(job.metric("sla.gold.shard.0.expired")).isZero();
        assertThat(job.metric("sla.gold.shard.0.labelled")).isEqualTo(ok.size());
        assertThat(job.metric("sla.gold.shard.0.failed")).isEqualTo(responses.size() - ok.size());
        assertThat(job.metric("sla.gold.shard.0.score"))
                .isEqualTo(TestResponses.meanScore(ok), within(1e-9));
        for (String model : List.of("small", "medium", "large")) {
            assertThat(job.metric("sla.gold.shard.0.model." + model + ".served"))
                    .as(model)
                    .isEqualTo((double) ok.stream().filter(r -> is(r, "model", model)).count());
        }
    }

    private static void assertNeverRestarted(TestJob job) throws Exception {
        assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(job.rest("/exceptions").get("exceptionHistory").get("entries")).isEmpty();
        assertThat(job.restarts()).isZero();
    }

    private static boolean answersItsQuestion(JsonNode response) {
        return is(response, "output", "unknown")
                || is(response, "output", String.valueOf(FaultTraffic.number(response)));
    }

    /**
     * Deadlines leave time for a busy machine, and stalls outlast them. Breakers soon try a model
     * again only every two seconds: seldom enough that fallbacks stay few among the responses of a
     * slow machine.
     */
    private static TestConfig config(String name, String small, String medium, String large)
            throws Exception {
        return TestConfig.on(cluster, name)
                .model("small", small, TestConfig.joulesPerRequest(1))
                .model("medium", medium, TestConfig.joulesPerRequest(4))
                .model("large", large, TestConfig.joulesPerRequest(10))
                .sla("gold", TestSla.promising(0.65).exploringOften())
                .set("inference.requestTimeoutMillis", 20_000)
                .set("inference.maxAttempts", 3)
                .set("inference.maxInFlight", MAX_IN_FLIGHT)
                .set("inference.maxResponseBytes", 524_288)
                .set("inference.breaker.maxOpenMillis", 2_000);
    }
}
