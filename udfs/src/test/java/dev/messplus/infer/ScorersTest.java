package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.scoring.Scoring;
import dev.messplus.record.Correction;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.Response;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScoringConfig;
import dev.messplus.score.SlaScoring;
import dev.messplus.score.SlaScoring.When;
import dev.messplus.score.http.HttpScorer;
import dev.messplus.score.judge.Judge;
import dev.messplus.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Services and judges score answers before they are served, or afterwards. Whatever they do, no
 * request is lost.
 */
@Timeout(120)
class ScorersTest {

    @RegisterExtension static final StubbedZoo SERVERS = new StubbedZoo();

    /** Those of a model are 8. */
    private static final int MAX_IN_FLIGHT = 24;

    private final AtomicInteger scored = new AtomicInteger();
    private final CountDownLatch hang = new CountDownLatch(1);
    private volatile String reply = "{\"score\": 0.25}";
    private TestServer service;

    @BeforeEach
    void start() throws Exception {
        service =
                new TestServer()
                        .on(
                                "/score",
                                exchange -> {
                                    scored.incrementAndGet();
                                    TestServer.json(exchange, 200, reply);
                                })
                        .on(
                                "/hangs",
                                exchange -> {
                                    scored.incrementAndGet();
                                    ModelServer.await(hang);
                                });
        SERVERS.answers("a", "hi a", 100);
        SERVERS.answers("b", "hi b", 100);
    }

    @AfterEach
    void stop() {
        hang.countDown();
        service.close();
    }

    private ScorerConfig http(String path, long timeoutMillis) {
        return new HttpScorer.Config(service.url() + path, null, null, timeoutMillis, 64);
    }

    private static ScorerConfig judge() {
        return new Judge.Config("judge", null, 5, true, 8, 30_000);
    }

    private InferHarness harness(ScorerConfig scorer, double share, When when) throws Exception {
        List<ModelEndpoint> models = new ArrayList<>();
        models.add(endpoint("a", SERVERS.baseUrl()).build());
        models.add(endpoint("b", SERVERS.baseUrl()).build());
        models.add(endpoint("judge", SERVERS.baseUrl()).judgeOnly(true).build());
        String sla = Fixtures.request("1").sla();
        InferHarness harness =
                new InferHarness(
                        new InferOperatorFactory(
                                models,
                                inference()
                                        .maxInFlight(MAX_IN_FLIGHT)
                                        .breaker(Fixtures.breaker(4, 60_000))
                                        .build(),
                                new ScoringConfig(
                                        Map.of("grader", scorer),
                                        Map.of(sla, new SlaScoring("grader", share, when)))));
        harness.open();
        return harness;
    }

    private static List<InferenceOutcome> outcomes(InferHarness harness) throws Exception {
        harness.endInput();
        return harness.extractOutputValues();
    }

    private static List<Response> responses(List<InferenceOutcome> outcomes) {
        return outcomes.stream().map(InferenceOutcome::response).filter(Objects::nonNull).toList();
    }

    private static List<Correction> corrections(List<InferenceOutcome> outcomes) {
        return outcomes.stream()
                .map(InferenceOutcome::correction)
                .filter(Objects::nonNull)
                .toList();
    }

    @Test
    void aServiceScoresEveryAnswerBeforeTheBestIsServed() throws Exception {
        try (InferHarness harness = harness(http("/score", 5_000), 1, When.BEFORE_SERVING)) {
            harness.processElement(explore("1", "a", "b"), 1);

            List<InferenceOutcome> outcomes = outcomes(harness);
            assertThat(outcomes).hasSize(1);
            assertThat(outcomes.get(0).response().score()).isEqualTo(0.25);
            assertThat(outcomes.get(0).measurements())
                    .extracting(Measurement::score)
                    .containsExactly(0.25, 0.25);
            assertThat(scored).hasValue(2);
        }
    }

    @Test
    void afterServingTheScoreFollowsTheResponse() throws Exception {
        try (InferHarness harness = harness(http("/score", 5_000), 1, When.AFTER_SERVING)) {
            harness.processElement(exploit("1", "a"), 1);

            List<InferenceOutcome> outcomes = outcomes(harness);
            assertThat(outcomes).hasSize(2);
            assertThat(outcomes.get(0).response().score()).isNaN();
            assertThat(outcomes.get(0).measurements().get(0).score()).isNaN();
            Measurement late = outcomes.get(1).measurements().get(0);
            assertThat(late.score()).isEqualTo(0.25);
            assertThat(late.afterServing()).isTrue();
            assertThat(late.model()).isEqualTo("a");
            assertThat(late.decision()).isEqualTo(exploit("1", "a").decision());
        }
    }

    @Test
    void callsWaitWhileTooManyAnswersWaitForTheirScores() throws Exception {
        try (InferHarness harness = harness(http("/hangs", 60_000), 1, When.AFTER_SERVING)) {
            for (int i = 0; i < MAX_IN_FLIGHT + 20; i++) {
                harness.processElement(exploit("r" + i, "a"), 1);
            }
            harness.await()
                    .until(
                            () -> {
                                harness.runMails();
                                return scored.get() >= MAX_IN_FLIGHT;
                            });
            // Those that were in flight when the limit was reached are scored, too.
            assertThat(responses(harness.extractOutputValues())).hasSizeLessThan(MAX_IN_FLIGHT + 9);

            hang.countDown();
            assertThat(responses(outcomes(harness))).hasSize(MAX_IN_FLIGHT + 20);
        }
    }

    @Test
    void aShareOfTheRequestsIsScored() throws Exception {
        try (InferHarness harness = harness(http("/score", 5_000), 0.25, When.BEFORE_SERVING)) {
            for (int i = 0; i < 200; i++) {
                harness.processElement(exploit("r" + i, "a"), 1);
            }

            List<Response> responses = responses(outcomes(harness));
            assertThat(responses).hasSize(200);
            // 50 on average; six standard deviations are 37.
            assertThat(scored.get()).isBetween(14, 86);
            assertThat(responses).filteredOn(Response::isScored).hasSize(scored.get());
        }
    }

    @Test
    void aServiceThatHangsIsNotWaitedForAgainAndAgain() throws Exception {
        try (InferHarness harness = harness(http("/hangs", 300), 1, When.BEFORE_SERVING)) {
            for (int i = 0; i < 30; i++) {
                harness.processElement(exploit("" + i, "a"), 1);
                int answered = i + 1;
                harness.await().until(() -> harness.answered().size() == answered);
            }

            List<Response> responses = responses(outcomes(harness));
            assertThat(responses).hasSize(30).allMatch(Response::isAnswered);
            assertThat(responses).noneMatch(Response::isScored);
            assertThat(scored.get()).isLessThan(10);
        }
    }

    @Test
    void aRequestWithoutTimeIsNoFaultOfTheService() throws Exception {
        try (InferHarness harness = harness(http("/hangs", 60_000), 1, When.BEFORE_SERVING)) {
            for (int i = 0; i < 12; i++) {
                harness.processElement(Fixtures.withTimeout(exploit("" + i, "a"), 400), 1);
                int answered = i + 1;
                harness.await().until(() -> harness.answered().size() == answered);
            }

            assertThat(responses(outcomes(harness))).hasSize(12).allMatch(Response::isAnswered);
            assertThat(scored).hasValue(12);
        }
    }

    @Test
    void aServiceThatIsSilentForAllRequestsIsNotWaitedForAgainAndAgain() throws Exception {
        // Each request has less time than the service, and all of them together have more.
        try (InferHarness harness = harness(http("/hangs", 1_000), 1, When.BEFORE_SERVING)) {
            for (int i = 0; i < 30; i++) {
                harness.processElement(Fixtures.withTimeout(exploit("" + i, "a"), 400), 1);
                int answered = i + 1;
                harness.await().until(() -> harness.answered().size() == answered);
            }

            assertThat(responses(outcomes(harness))).hasSize(30).allMatch(Response::isAnswered);
            assertThat(scored.get()).isLessThan(15);
        }
    }

    @Test
    void callsOfAJudgeThatItsMeterDoesNotReportAreCounted() throws Exception {
        String metered = Fixtures.completion("5", 400);
        SERVERS.stubInTurn(
                "a", okJson(metered), okJson(metered.replace("cpu_time_ms", "unknown_ms")));
        OpenZoo zoo = SERVERS.open(inference().build());
        PromptRequest request = Fixtures.request("1");
        Scoring scoring = zoo.scoring(gradedBy("a"));
        Answer answer = SERVERS.ask("b").get();
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);

        assertThat(scoring.score(request, answer, untilNanos).get().score()).isNotNaN();
        assertThat(scoring.statistics().get("grader").unmetered.sum()).isZero();

        assertThat(scoring.score(request, answer, untilNanos).get().score()).isNotNaN();
        Fixtures.await()
                .untilAsserted(
                        () ->
                                assertThat(scoring.statistics().get("grader").unmetered.sum())
                                        .isEqualTo(1));
    }

    private static ScoringConfig gradedBy(String model) {
        return new ScoringConfig(
                Map.of("grader", new Judge.Config(model, null, 5, true, 8, 30_000)),
                Map.of(
                        Fixtures.request("1").sla(),
                        new SlaScoring("grader", 1, When.BEFORE_SERVING)));
    }

    @Test
    void gradesSayNothingOfHowLongAnswersOfTheSameModelTake() throws Exception {
        SERVERS.answers("a", "5", 400);
        OpenZoo zoo = SERVERS.open(inference().build());
        PromptRequest request = Fixtures.request("1");
        Scoring scoring = zoo.scoring(gradedBy("a"));
        Answer answer = SERVERS.ask("b").get();

        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        assertThat(scoring.score(request, answer, untilNanos).get().score()).isNotNaN();

        assertThat(zoo.model("b").latency().meanNanos()).isPositive();
        assertThat(zoo.model("a").latency().meanNanos()).isZero();
        Fixtures.await().until(() -> scoring.meanNanos(request) > 0);
    }

    @Test
    void aServiceThatIsDownOrLiesCostsNoRequest() throws Exception {
        reply = "{\"score\": 17}";
        try (InferHarness harness = harness(http("/score", 5_000), 1, When.BEFORE_SERVING)) {
            harness.processElement(exploit("1", "a"), 1);
            harness.await().until(() -> harness.answered().size() == 1);
            service.close();
            harness.processElement(exploit("2", "a"), 1);

            List<Response> responses = responses(outcomes(harness));
            assertThat(responses).hasSize(2).allMatch(Response::isAnswered);
            assertThat(responses).noneMatch(Response::isScored);
        }
    }

    @Test
    void aJudgeIsAModelWhoseJoulesAreBooked() throws Exception {
        SERVERS.answers("judge", "5", 400);
        try (InferHarness harness = harness(judge(), 1, When.BEFORE_SERVING)) {
            harness.processElement(explore("1", "a", "b"), 1);

            List<InferenceOutcome> outcomes = outcomes(harness);
            Response response = responses(outcomes).get(0);
            assertThat(response.score()).isIn(0.0, 1.0);
            assertThat(response.scoring().joules()).isCloseTo(8, within(1e-9));
            assertThat(response.scoring().source()).isNotEmpty();
            assertThat(response.energy().joules()).isEqualTo(1);
            assertThat(corrections(outcomes))
                    .hasSize(2)
                    .allSatisfy(
                            booked -> {
                                assertThat(booked.scoringJoules()).isCloseTo(4, within(1e-9));
                                assertThat(booked.joulesMore()).isZero();
                                assertThat(booked.requestId()).isEqualTo("1");
                            });
        }
    }

    @Test
    void aJudgeThatFailsLeavesTheAnswerWithoutAScore() throws Exception {
        SERVERS.stub("judge", WireMock.serverError());
        try (InferHarness harness = harness(judge(), 1, When.BEFORE_SERVING)) {
            harness.processElement(exploit("1", "a"), 1);

            Response response = responses(outcomes(harness)).get(0);
            assertThat(response.isAnswered()).isTrue();
            assertThat(response.isScored()).isFalse();
        }
    }

    @Test
    void aJudgeWithoutAVerdictIsChargedAllTheSame() throws Exception {
        SERVERS.answers("judge", "I cannot say.", 400);
        try (InferHarness harness = harness(judge(), 1, When.AFTER_SERVING)) {
            harness.processElement(exploit("1", "a"), 1);

            List<InferenceOutcome> outcomes = outcomes(harness);
            assertThat(responses(outcomes)).hasSize(1).noneMatch(Response::isScored);
            assertThat(corrections(outcomes))
                    .extracting(Correction::scoringJoules)
                    .containsExactly(4.0);
        }
    }
}
