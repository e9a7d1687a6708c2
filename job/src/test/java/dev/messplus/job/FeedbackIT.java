package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.testkit.OpenTransaction;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What labels change: the queue, the choices, and what a savepoint carries over. */
@ExtendWith(SharedCluster.class)
class FeedbackIT {

    /** How long requests wait for labels in the test that waits for longer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void labelsOfAUserChangeTheQueueAndTheChoices() throws Exception {
        TestSla gold = TestSla.promising(0.7).exploringOften().with("seed", 3);
        try (TestJob job =
                TestJob.on(cluster, TestConfig.on(cluster, "user").sla("gold", gold)).start()) {
            List<JsonNode> responses = sendHardRequestsAndRateThem(job, 240);

            // No label has arrived yet: this is the drift of up to 11 requests in flight. Prices
            // move a forecast by no more than .25 from alpha.
            assertThat(responses.subList(0, 12))
                    .extracting(r -> r.get("pressure").asDouble())
                    .contains(0.0)
                    .allMatch(pressure -> Math.abs(pressure) <= 11 * 0.25);
            assertThat(job.metric("sla.gold.shard.0.score")).isGreaterThan(0.65);
            // The first half is ahead of alpha, and the second one uses some of that up.
            assertThat(TestResponses.shareOf("large", after(120, responses))).isGreaterThan(0.5);

            // A label of 0 adds alpha to the queue and lowers the mean score of the model.
            job.send(TestRequest.hard(1).id("last").unscored());
            JsonNode last = after(240, job.awaitResponses(241)).get(0);
            String model = "sla.gold.shard.0.model." + last.get("model").asText();
            double queue = job.metric("sla.gold.shard.0.q");
            double labels = job.metric(model + ".labels");
            double meanScore = job.metric(model + ".meanScore");
            job.rate(List.of(last), response -> 0);
            awaitFigure(job, "sla.gold.shard.0.q", queue + 0.7);
            awaitFigure(job, model + ".meanScore", meanScore * labels / (labels + 1));
        }
    }

    /** Sends requests that small cannot answer, a dozen at a time, and rates each dozen. */
    private static List<JsonNode> sendHardRequestsAndRateThem(TestJob job, int count) {
        List<JsonNode> responses = List.of();
        for (int rated = 0; rated < count; rated += 12) {
            for (int i = rated; i < rated + 12; i++) {
                job.send(TestRequest.hard(i).unscored());
            }
            responses = job.awaitResponses(rated + 12);
            job.rate(responses.subList(rated, rated + 12));
            job.awaitMetric("sla.gold.shard.0.labelled", rated + 12);
        }
        return responses;
    }

    @Test
    void labelsKeepUpWithABacklogOfRequests() throws Exception {
        int requests = 2_000;
        TestSla gold = TestSla.promising(0.7).exploringEveryRequest();
        try (TestJob job =
                TestJob.on(cluster, TestConfig.on(cluster, "backlog").sla("gold", gold)).start()) {
            IntStream.range(0, requests).forEach(i -> job.send(TestRequest.easyOrHard(i).slowly()));
            job.flush();
            double mostInFlight = 0;
            while (job.responses().size() < requests) {
                double inFlight = job.metric("sla.gold.shard.0.inFlight");
                mostInFlight = inFlight > mostInFlight ? inFlight : mostInFlight;
            }
            // Some are with the models, some are decided and wait for a call, and the labels of
            // others are on their way. If labels waited behind the backlog, most of the requests
            // would be in flight at some time.
            assertThat(mostInFlight).isBetween(1.0, requests / 4.0);
        }
    }

    /** Readers of committed records see no label behind an open transaction. */
    @Test
    void labelsCountThoughAnothersTransactionWasOpenForLonger() throws Exception {
        int labels = 100;
        TestConfig config =
                TestConfig.on(cluster, "transaction")
                        .set("inference.requestTimeoutMillis", 5_000)
                        .set("feedbackTimeoutMillis", TIMEOUT.toMillis());
        try (TestJob job = TestJob.on(cluster, config).parallelism(1).start()) {
            job.send(TestRequest.easy(0).id("before").unscored());
            job.rate(job.awaitResponses(1));
            job.awaitMetric("sla.gold.shard.0.labelled", 1);

            try (var unused = OpenTransaction.on(cluster.bootstrap(), job.feedbackTopic())) {
                IntStream.range(0, labels).forEach(i -> job.send(TestRequest.easy(i).unscored()));
                job.rate(after(1, job.awaitResponses(1 + labels)));
                job.flush();
                Thread.sleep(TIMEOUT.plusSeconds(10).toMillis());
                assertThat(job.metric("sla.gold.shard.0.expired")).isZero();
            }

            job.awaitMetric("sla.gold.shard.0.labelled", 1 + labels);

            // Nothing follows the end of the transaction, which no reader sees.
            job.send(TestRequest.easy(labels).id("unrated").unscored());
            job.awaitMetricEqual("sla.gold.shard.0.expired", 1);
        }
    }

    @Test
    void aSavepointTakenMidRunRestoresAndGoesOn() throws Exception {
        try (TestJob job = TestJob.on(cluster, TestConfig.on(cluster, "savepoint")).start()) {
            IntStream.range(0, 200).forEach(i -> job.send(TestRequest.easyOrHard(i).unscored()));
            List<JsonNode> before = job.awaitResponses(200);
            job.rate(before.subList(0, 100));
            job.awaitMetric("sla.gold.shard.0.labelled", 100);

            String savepoint = job.stop();
            // While the job is down, users rate half of the answers, and some a second time.
            job.rate(before.subList(50, 200));
            job.flush();
            job.restore(savepoint);

            job.send(TestRequest.easy(0).id("next").unscored());
            List<JsonNode> all = job.awaitResponses(201);
            assertThat(TestResponses.distinctIds(all)).hasSize(201);
            assertThat(after(200, all).get(0).get("t").asLong()).isEqualTo(201);
            job.awaitMetric("sla.gold.shard.0.labelled", 200);
            awaitFigure(job, "sla.gold.shard.0.requests", 201);
            awaitFigure(
                    job,
                    "sla.gold.shard.0.score",
                    before.stream().mapToDouble(TestResponses::truth).average().orElseThrow());
        }
    }

    /** Metrics are not all of one moment. */
    private static void awaitFigure(TestJob job, String metric, double expected) {
        Patience.await()
                .untilAsserted(
                        () -> assertThat(job.metric(metric)).isEqualTo(expected, within(1e-9)));
    }

    /** The responses to requests decided after the first {@code t}. */
    private static List<JsonNode> after(long t, List<JsonNode> responses) {
        return responses.stream().filter(r -> r.get("t").asLong() > t).toList();
    }
}
