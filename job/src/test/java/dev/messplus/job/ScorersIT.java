package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.record.Json;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers are scored by a service and by a judge, and the job learns from their scores. */
@ExtendWith(SharedCluster.class)
class ScorersIT {

    private static final int REQUESTS = 40;

    private static TestCluster cluster;

    private TestServer services;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @BeforeEach
    void startServices() throws Exception {
        services =
                new TestServer()
                        .on(
                                "/score",
                                exchange -> {
                                    JsonNode answered =
                                            Json.MAPPER.readTree(exchange.getRequestBody());
                                    boolean right = !answered.path("output").asText().isEmpty();
                                    TestServer.json(
                                            exchange,
                                            200,
                                            "{\"score\":" + (right ? 0.75 : 0) + "}");
                                })
                        .json(
                                "/judge/v1/chat/completions",
                                () ->
                                        """
                                        {"choices": [{"message": {"content": "3"}}],
                                         "usage": {"prompt_tokens": 90, "completion_tokens": 1}}""");
    }

    @AfterEach
    void stopServices() {
        services.close();
    }

    private TestJob start(String name, Map<String, Object> scoring) throws Exception {
        return start(name, TestSla.promising(0.4).with("scoring", scoring));
    }

    private TestJob start(String name, TestSla gold) throws Exception {
        TestConfig config =
                TestConfig.on(cluster, name)
                        .set(
                                "judges.grader",
                                Map.of(
                                        "url",
                                        services.url() + "/judge/v1",
                                        "model",
                                        "grader",
                                        "energy",
                                        TestConfig.joulesPerRequest(0.5)))
                        .set(
                                "scorers.service",
                                Map.of("source", "http", "url", services.url() + "/score"))
                        .set("scorers.judge", Map.of("source", "judge", "model", "grader"))
                        .set(
                                "scorers.both",
                                Map.of("source", "minimum", "of", List.of("service", "judge")))
                        .sla("gold", gold);
        return TestJob.on(cluster, config).start();
    }

    @Test
    void theMinimumOfAServiceAndAJudgeIsThereBeforeTheAnswer() throws Exception {
        try (TestJob job = start("before", Map.of("scorer", "both"))) {
            IntStream.range(0, REQUESTS)
                    .forEach(i -> job.send(TestRequest.easyOrHard(i).unscored()));

            // The middle of five grades is the middle of the scale, whichever way round.
            assertThat(job.awaitResponses(REQUESTS))
                    .allSatisfy(
                            response -> {
                                assertThat(response.path("score").asDouble()).isEqualTo(0.5);
                                assertThat(response.path("scoring_joules").asDouble())
                                        .isIn(0.5, 1.0);
                                assertThat(response.path("scoring_energy_source").asText())
                                        .endsWith("(estimated)");
                            });
            job.awaitMetric("sla.gold.shard.0.labelled", REQUESTS);
            job.awaitMetric("sla.gold.shard.0.scoringJoules", 0.5 * REQUESTS);
        }
    }

    /** Small answers easy requests alone, at a tenth of the joules of large. */
    @Test
    void anotherModelIsAskedOnlyAfterABadAnswer() throws Exception {
        TestConfig config =
                TestConfig.on(cluster, "sequential")
                        .sla(
                                "gold",
                                TestSla.promising(0.9)
                                        .with("explorationBudget", 0)
                                        .with("scoring", Map.of("scorer", "reference")));
        try (TestJob job = TestJob.on(cluster, config).start()) {
            IntStream.range(0, REQUESTS).forEach(i -> job.send(TestRequest.easyOrHard(i)));

            List<JsonNode> responses = job.awaitResponses(REQUESTS);
            assertThat(responses)
                    .filteredOn(response -> response.has("planned_joules"))
                    .isNotEmpty()
                    .allSatisfy(
                            response -> {
                                assertThat(response.path("model").asText()).isEqualTo("large");
                                assertThat(response.path("mode").asText()).isEqualTo("exploit");
                                assertThat(response.path("score").asDouble()).isEqualTo(1);
                                assertThat(response.path("planned_joules").asDouble()).isEqualTo(1);
                                assertThat(response.at("/candidates/0/score").asDouble()).isZero();
                            });
            assertThat(responses).noneMatch(response -> response.has("exploration_joules"));
            job.awaitMetric("sla.gold.shard.0.labelled", REQUESTS);
            job.awaitMetricEqual(
                    "sla.gold.shard.0.energyJoules",
                    responses.stream()
                            .mapToDouble(
                                    response ->
                                            response.path("energy_joules").asDouble()
                                                    + response.path("planned_joules").asDouble())
                            .sum());
            job.awaitMetricEqual("sla.gold.shard.0.explorationJoules", 0);
        }
    }

    @Test
    void scoresAfterServingAreLabels() throws Exception {
        try (TestJob job = start("after", Map.of("scorer", "service", "when", "after_serving"))) {
            IntStream.range(0, REQUESTS)
                    .forEach(i -> job.send(TestRequest.easyOrHard(i).unscored()));

            assertThat(job.awaitResponses(REQUESTS))
                    .noneMatch(response -> response.has("score"))
                    .allMatch(response -> response.path("status").asText().equals("ok"));
            job.awaitMetric("sla.gold.shard.0.labelled", REQUESTS);
            job.awaitMetricEqual("sla.gold.shard.0.score", 0.75);
        }
    }

    @Test
    void peopleAuditSomeAnswersAndOnlyTheirScoresOfThoseCount() throws Exception {
        TestSla audited =
                TestSla.promising(0.4)
                        .with("scoring", Map.of("scorer", "service"))
                        .with("labels", Map.of("source", "judge", "audit", 0.5));
        try (TestJob job = start("audited", audited)) {
            IntStream.range(0, REQUESTS)
                    .forEach(i -> job.send(TestRequest.easyOrHard(i).unscored()));
            Map<Boolean, List<JsonNode>> byAudit =
                    job.awaitResponses(REQUESTS).stream()
                            .collect(Collectors.partitioningBy(r -> r.path("audit").asBoolean()));
            assertThat(byAudit.get(true)).isNotEmpty();
            assertThat(byAudit.get(false)).isNotEmpty().noneMatch(r -> r.has("audit"));

            // Nobody asked for these. They are read first, because the SLA is the key.
            job.rate(byAudit.get(false), response -> 1);
            job.rate(byAudit.get(true), response -> 0.25);

            job.awaitMetricEqual("sla.gold.shard.0.auditsAnswered", byAudit.get(true).size());
            // The service says .75.
            assertThat(job.metric("sla.gold.shard.0.model.small.judgeBias")).isPositive();
            assertThat(job.metric("sla.gold.shard.0.labelled")).isEqualTo(REQUESTS);
        }
    }
}
