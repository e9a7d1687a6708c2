package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.DECISION;
import static dev.messplus.fixture.Fixtures.asking;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withPredictedScores;
import static dev.messplus.fixture.Fixtures.withoutWork;
import static dev.messplus.infer.StubbedZoo.NO_TRUTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.messplus.core.JudgeReading;
import dev.messplus.record.Candidate;
import dev.messplus.record.CandidateBuilder;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import dev.messplus.record.TokenCounts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A request that several models are asked for at once. */
@Timeout(60)
class ExplorationTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @BeforeEach
    void open() throws Exception {
        ZOO.open(inference().build());
    }

    @Test
    void servesTheAnswerWithTheHighestScore() throws Exception {
        ZOO.answers("a", "wrong", 100);
        ZOO.answers("b", "right", 300);
        ZOO.answers("c", "wrong", 200);

        InferenceOutcome outcome = ZOO.infer(explore("1", "a", "b", "c"));

        Response response = outcome.response();
        assertThat(response.model()).isEqualTo("b");
        assertThat(response.decision().mode()).isEqualTo("explore");
        assertThat(response.decision().predictedScore()).isEqualTo(0.8);
        assertThat(response.score()).isEqualTo(1);
        assertThat(response.candidates())
                .containsExactly(
                        candidate("a", "wrong", 0, 1),
                        candidate("b", "right", 1, 3),
                        candidate("c", "wrong", 0, 2));
        assertThat(withoutWork(outcome.measurements()))
                .containsExactly(
                        measurement("a", 0, 1, false),
                        measurement("c", 0, 2, false),
                        measurement("b", 1, 3, true));
    }

    @Test
    void servesTheFirstRankedOfEquallyGoodAnswers() throws Exception {
        ZOO.answers("a", "wrong", 100);
        ZOO.answers("b", "right", 300);
        ZOO.answers("c", "right", 200);

        assertThat(ZOO.infer(explore("1", "a", "b", "c")).response().model()).isEqualTo("b");
    }

    @Test
    void servesTheAnswerThatPeopleAreExpectedToLikeBestAndAsksForItsAudit() throws Exception {
        ZOO.answers("a", "right", 100);
        ZOO.answers("b", "wrong", 300);
        RoutedRequestBuilder routed = RoutedRequestBuilder.builder(explore("1", "a", "b"));
        routed.reading(new JudgeReading(new double[] {0.1, 0.5}, 0.5)).audited(true);

        Response response = ZOO.infer(routed.build()).response();
        assertThat(response.model()).isEqualTo("a");
        assertThat(response.audit()).isTrue();

        routed.reading(new JudgeReading(new double[] {0.1, 0.7}, 0.5));
        assertThat(ZOO.infer(routed.build()).response().model()).isEqualTo("b");
    }

    @Test
    void withoutScoresServesTheAnswerWithTheHighestPrediction() throws Exception {
        ZOO.answers("a", "x", 100);
        ZOO.answers("b", "y", 1);
        ZOO.answers("c", "z", 1);
        RoutedRequest routed = withPredictedScores(explore("1", "a", "b", "c"), 0.9, 0.95, 0.7);

        InferenceOutcome outcome = ZOO.infer(routed, NO_TRUTH);

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.response().score()).isNaN();
        assertThat(outcome.measurements())
                .extracting(Measurement::served, Measurement::source, Measurement::score)
                .containsExactly(
                        tuple(false, "meter", Double.NaN),
                        tuple(false, "meter", Double.NaN),
                        tuple(true, "meter", Double.NaN));
    }

    @Test
    void separatesTheJoulesOfTheServedAnswerFromTheOthers() throws Exception {
        ZOO.answers("a", "right", 100);
        ZOO.answers("b", "wrong", 300);

        Response response = ZOO.infer(explore("1", "a", "b")).response();

        assertThat(response.energy().joules()).isEqualTo(1);
        assertThat(response.explorationJoules()).isEqualTo(3);
        assertThat(response.failed().joules()).isNaN();
    }

    @Test
    void leavesOutAModelThatFails() throws Exception {
        ZOO.stub("a", aResponse().withStatus(400));
        ZOO.answers("b", "wrong", 100);
        ZOO.answers("c", "right", 100);

        InferenceOutcome outcome = ZOO.infer(explore("1", "a", "b", "c"));

        assertThat(outcome.response().model()).isEqualTo("c");
        assertThat(outcome.response().decision().mode()).isEqualTo("explore");
        assertThat(outcome.response().candidates().get(0))
                .isEqualTo(CandidateBuilder.builder().model("a").error("a answered 400").build());
        assertThat(outcome.measurements())
                .extracting(Measurement::model, Measurement::served, Measurement::error)
                .containsExactly(
                        tuple("a", false, "a answered 400"),
                        tuple("b", false, null),
                        tuple("c", true, null));
    }

    @Test
    void aModelThatHangsCostsTheDeadlineAndNotTheAnswer() throws Exception {
        ZOO.stub("a", okJson("{}").withFixedDelay(30_000));
        ZOO.answers("b", "right", 100);

        Response response = ZOO.infer(explore("1", "a", "b"), 2_000).response();

        assertThat(response.model()).isEqualTo("b");
        assertThat(response.candidates().get(0).error()).matches("a gave no answer within \\d+ ms");
    }

    @Test
    void ifAllModelsFailTheRequestFails() throws Exception {
        ZOO.stub("a", aResponse().withStatus(400));
        ZOO.stub("b", aResponse().withStatus(404));

        InferenceOutcome outcome = ZOO.infer(explore("1", "a", "b"));

        assertThat(outcome.response().status()).isEqualTo("failed");
        assertThat(outcome.response().decision().mode()).isEqualTo("explore");
        assertThat(outcome.response().model()).isEqualTo("a");
        assertThat(outcome.response().error()).isEqualTo("a answered 400; b answered 404");
        assertThat(outcome.response().candidates()).hasSize(2);
        assertThat(outcome.measurements())
                .extracting(Measurement::model, Measurement::served)
                .containsExactly(tuple("b", false), tuple("a", true));
    }

    @Test
    void withoutAnAnswerAsksTheModelsThatWereUnavailable() throws Exception {
        ZOO.stub("a", aResponse().withStatus(400));
        ZOO.answers("b", "right", 300);

        InferenceOutcome outcome = ZOO.infer(asking(1, explore("1", "a", "b")));

        assertThat(outcome.response().model()).isEqualTo("b");
        assertThat(outcome.measurements())
                .extracting(Measurement::served)
                .containsExactly(false, true);
    }

    private static Candidate candidate(String model, String output, double score, double joules) {
        return CandidateBuilder.builder()
                .model(model)
                .output(ModelOutputBuilder.builder().text(output).build())
                .score(score)
                .energy(
                        EnergyBuilder.builder()
                                .joules(joules)
                                .source("response (estimated)")
                                .build())
                .build();
    }

    private static Measurement measurement(
            String model, double score, double joules, boolean served) {
        return MeasurementBuilder.builder()
                .requestId("1")
                .sla("gold")
                .model(model)
                .score(score)
                .energy(
                        EnergyBuilder.builder()
                                .joules(joules)
                                .source("response (estimated)")
                                .build())
                .tokens(new TokenCounts(5, null, 2))
                .served(served)
                .decision(DECISION)
                .build();
    }
}
