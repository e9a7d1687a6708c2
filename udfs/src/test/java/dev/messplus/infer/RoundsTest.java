package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.DECISION;
import static dev.messplus.fixture.Fixtures.completionWithoutUsage;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withEstimates;
import static dev.messplus.fixture.Fixtures.withoutWork;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.fixture.Fixtures;
import dev.messplus.record.DecisionSummaryBuilder;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import dev.messplus.record.TokenCounts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A request that the chosen model answers. */
@Timeout(60)
class RoundsTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @BeforeEach
    void open() throws Exception {
        ZOO.open(inference().build());
    }

    @Test
    void asksTheChosenModelAndMetersIt() throws Exception {
        ZOO.answers("a", "right", 200);

        InferenceOutcome outcome = ZOO.infer(exploit("7", "a", "b"));

        Response response = outcome.response();
        assertThat(response.latencyMillis()).isBetween(0L, PATIENCE_MILLIS);
        assertThat(response)
                .isEqualTo(
                        ResponseBuilder.builder()
                                .id("7")
                                .sla("gold")
                                .status("ok")
                                .model("a")
                                .output(ModelOutputBuilder.builder().text("right").build())
                                .decision(
                                        DecisionSummaryBuilder.builder()
                                                .mode("exploit")
                                                .predictedScore(0.9)
                                                .pressure(2.5)
                                                .t(17)
                                                .number(DECISION)
                                                .build())
                                .score(1.0)
                                .energy(
                                        EnergyBuilder.builder()
                                                .joules(2.0)
                                                .source("response (estimated)")
                                                .build())
                                .tokens(new TokenCounts(5, null, 2))
                                .waitedMillis(response.waitedMillis())
                                .latencyMillis(response.latencyMillis())
                                .attempts(1)
                                .metadata("{\"tag\":1}")
                                .build());
        assertThat(withoutWork(outcome.measurements()))
                .containsExactly(
                        MeasurementBuilder.builder()
                                .requestId("7")
                                .sla("gold")
                                .model("a")
                                .score(1.0)
                                .energy(
                                        EnergyBuilder.builder()
                                                .joules(2.0)
                                                .source("response (estimated)")
                                                .build())
                                .tokens(new TokenCounts(5, null, 2))
                                .served(true)
                                .decision(DECISION)
                                .build());
        ZOO.verify(
                1,
                StubbedZoo.callsOf("a")
                        .withHeader("Authorization", equalTo("Bearer " + Fixtures.API_KEY))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .withRequestBody(
                                equalToJson(
                                        "{\"model\":\"served-a\",\"max_tokens\":8,\"messages\":"
                                                + "[{\"role\":\"user\",\"content\":\"hi 7\"}]}")));
        ZOO.verifyCalls(0, "b");
    }

    @Test
    void withoutUsageJoulesAreUnknown() throws Exception {
        ZOO.stub("a", okJson(completionWithoutUsage("right")));

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a"));

        assertThat(outcome.response().energy().isKnown()).isFalse();
        assertThat(outcome.response().energy().source()).isNull();
        assertThat(outcome.response().tokens().prompt()).isNull();
        assertThat(withoutWork(outcome.measurements()))
                .containsExactly(
                        MeasurementBuilder.builder()
                                .requestId("1")
                                .sla("gold")
                                .model("a")
                                .score(1.0)
                                .served(true)
                                .decision(DECISION)
                                .build());
    }

    @Test
    void measurementSaysHowTheCallWasWorkedOnAndHowBusyTheModelsAre() throws Exception {
        ZOO.stub("a", okJson(completionWithoutUsage("right")));

        Measurement measurement = ZOO.infer(exploit("1", "a")).measurements().get(0);

        assertThat(measurement.work().concurrency()).isCloseTo(1, within(.01));
        assertThat(measurement.work().seconds()).isPositive();
        assertThat(measurement.work().truncated()).isFalse();
        assertThat(measurement.load()).containsKey("a");
    }

    @Test
    void unmeasuredEnergyIsTheEstimateOfTheDecisionAndMarkedAsAssumed() throws Exception {
        ZOO.stub("a", okJson(completionWithoutUsage("right")));

        InferenceOutcome outcome = ZOO.infer(withEstimates(exploit("1", "a"), 12.5));

        assertThat(outcome.response().energy().joules()).isEqualTo(12.5);
        assertThat(outcome.response().energy().source())
                .isEqualTo("running estimate without response (estimated)");
        Measurement measurement = outcome.measurements().get(0);
        assertThat(measurement.energy().joules()).isEqualTo(12.5);
        assertThat(measurement.energy().assumed()).isTrue();
        assertThat(measurement.energy().source()).isEqualTo(outcome.response().energy().source());
        assertThat(ZOO.model("a").statistics().assumed.sum()).isEqualTo(1);
    }

    @Test
    void anAnswerThatCannotBeScoredIsServed() throws Exception {
        ZOO.answers("a", "right", 200);
        TextScorer failing =
                (request, output) -> {
                    throw new IllegalStateException("scorer");
                };

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a"), failing);

        assertThat(outcome.response().output().text()).isEqualTo("right");
        assertThat(outcome.response().score()).isNaN();
        assertThat(outcome.measurements()).extracting(Measurement::source).containsExactly("meter");
    }

    @Test
    void anAnswerOnWhichTheScorerOverflowsTheStackIsServed() throws Exception {
        ZOO.answers("a", "right", 100);
        TextScorer overflowing =
                (request, output) -> {
                    // As regular expressions do on long texts.
                    throw new StackOverflowError();
                };

        assertThat(ZOO.infer(exploit("1", "a"), overflowing).response().output().text())
                .isEqualTo("right");
    }

    @Test
    void aScoreOutOfRangeIsIgnored() throws Exception {
        ZOO.answers("a", "right", 200);

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a"), (request, output) -> 1.5);

        assertThat(outcome.response().score()).isNaN();
    }
}
