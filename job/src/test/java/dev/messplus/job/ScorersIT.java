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
                        .sla("gold", TestSla.promising(0.4).with("scoring", scoring));
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
}
