package dev.messplus.local.report;

import static dev.messplus.local.report.TinyRun.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.record.Candidate;
import dev.messplus.record.CandidateBuilder;
import dev.messplus.record.DecisionSummaryBuilder;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FailedAttemptsBuilder;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final Offset<Double> EXACT = within(1e-12);

    private static final Response ANSWERED =
            ResponseBuilder.builder()
                    .id("id")
                    .sla("gold")
                    .status(Response.OK)
                    .model("large")
                    .output(ModelOutputBuilder.builder().text("b").build())
                    .decision(
                            DecisionSummaryBuilder.builder().mode("exploit").pressure(3.5).build())
                    .score(1.0)
                    .energy(EnergyBuilder.builder().joules(100.0).source("nvml").build())
                    .latencyMillis(42)
                    .build();

    private final Summary summary = Summary.of(TinyRun.measured());

    @Test
    void ordersThePolicies() {
        assertThat(summary.rows())
                .extracting(PolicyRow::name)
                .containsExactly(
                        "mess+",
                        "mess+ (answers served only)",
                        "always small",
                        "always large",
                        "random with constraint",
                        "best static mix (hindsight)");
    }

    @Test
    void chargesTheRunForTheEnergyOfAllItsCalls() {
        // 110 + 10 + 12 + 8 of the failed request + 10 = 150 J, for four answers.
        PolicyRow mess = summary.mess();
        assertThat(mess.joulesPerRequest()).isCloseTo(37.5, EXACT);
        assertThat(mess.vsStaticMix()).isCloseTo(37.5 / 55, EXACT);
        assertThat(mess.score()).isCloseTo(2.5 / 3, EXACT);
        assertThat(mess.meetsAlpha()).isTrue();
        assertThat(mess.shares()).containsExactly(.75, .25);
        assertThat(mess.exploredShare()).isEqualTo(.25);
    }

    @Test
    void splitsTheEnergyByItsUse() {
        // (100 + 10 + 12 + 10) / 4
        PolicyRow row = summary.row(Kind.MESS_SERVED).orElseThrow();
        assertThat(row.joulesPerRequest()).isCloseTo(33, EXACT);
        assertThat(row.score()).isEqualTo(summary.mess().score());
        // 10 J of the other answer to the explored request, 8 J of the failed one.
        assertThat(summary.split()).isEqualTo(new EnergySplit(33, 2.5, 2));
        assertThat(summary.split().total()).isCloseTo(summary.mess().joulesPerRequest(), EXACT);
    }

    @Test
    void computesBaselinesFromTheReferencePass() {
        PolicyRow small = summary.rows().get(2);
        assertThat(small.score()).isCloseTo(.5, EXACT);
        assertThat(small.joulesPerRequest()).isCloseTo(10, EXACT);
        assertThat(small.meetsAlpha()).isFalse();
        // The prompt without a label from the large model counts in neither of its means.
        PolicyRow large = summary.alwaysLargest().orElseThrow();
        assertThat(large.name()).isEqualTo("always large");
        assertThat(large.score()).isCloseTo(1, EXACT);
        assertThat(large.joulesPerRequest()).isCloseTo(100, EXACT);
        for (Kind kind : List.of(Kind.RANDOM, Kind.STATIC_MIX)) {
            PolicyRow mix = summary.row(kind).orElseThrow();
            assertThat(mix.joulesPerRequest()).isCloseTo(55, EXACT);
            assertThat(mix.vsStaticMix()).isCloseTo(1, EXACT);
            assertThat(mix.score()).isCloseTo(.75, EXACT);
            assertThat(mix.meetsAlpha()).isTrue();
            assertThat(mix.shares()).containsExactly(.5, .5);
        }
    }

    @Test
    void findsTheStaticMixOfTheSameScore() {
        // 5/6 is two thirds of the way from .5 to 1: 10 + 2/3 * 90.
        assertThat(summary.staticMixOfSameScore().orElseThrow().joules()).isCloseTo(70, EXACT);
    }

    @Test
    void rendersARunWithoutAnyOutcome() {
        RunReport empty =
                RunReportBuilder.builder()
                        .sla("gold")
                        .alpha(.7)
                        .models(List.of("small"))
                        .served(List.of())
                        .reference(
                                Recorded.pass(
                                        "nothing",
                                        List.of("small"),
                                        new double[][] {{NONE}},
                                        new double[][] {{1}}))
                        .energySources(JouleSources.of(List.of()))
                        .elapsed(Duration.ZERO)
                        .settings(Map.of())
                        .build();
        Summary nothing = Summary.of(empty);
        assertThat(nothing.rows()).hasSize(3);
        assertThat(nothing.mess().score()).isNaN();
        assertThat(nothing.mess().meetsAlpha()).isFalse();
        assertThat(nothing.alwaysLargest()).isEmpty();
        assertThat(nothing.row(Kind.STATIC_MIX)).isEmpty();
        assertThat(ConsoleTable.render(empty))
                .contains("untested")
                .contains("n/a")
                .doesNotContain("Of n/a");
    }

    @Test
    void readsResponsesOfTheTopic() {
        Response explored =
                ResponseBuilder.builder(ANSWERED)
                        .decision(
                                DecisionSummaryBuilder.builder(ANSWERED.decision())
                                        .mode("explore")
                                        .build())
                        .candidates(
                                List.of(
                                        candidate("small", .2, 10.0, null),
                                        candidate("large", 1.0, 100.0, null),
                                        candidate("gone", Double.NaN, Double.NaN, "timed out")))
                        .explorationJoules(10.0)
                        .failed(FailedAttemptsBuilder.builder().joules(3.0).build())
                        .build();
        ServedRequest served = ServedRequest.of(explored);
        assertThat(served)
                .isEqualTo(
                        ServedRequestBuilder.builder()
                                .model("large")
                                .mode("explore")
                                .score(1)
                                .servedJoules(100)
                                .explorationJoules(10)
                                .failedJoules(3)
                                .pressure(3.5)
                                .latencyMillis(42)
                                .build());
        assertThat(served.totalJoules()).isEqualTo(113);

        ReferencePass pass =
                ReferencePass.ofExplored(
                        List.of("small", "large"), List.of(sum(explored), sum(ANSWERED)), false);
        assertThat(pass.prompts()).hasSize(1);
        assertThat(pass.mean(0)).contains(new ModelMean(.2, 10));
        assertThat(pass.mean(1, "sums")).contains(new ModelMean(1, 100));
        assertThat(pass.mean(1, "dates")).isEmpty();
    }

    @Test
    void chargesForAnswersThatWereNotServed() {
        ServedRequest failed =
                ServedRequest.of(
                        ResponseBuilder.builder(ANSWERED)
                                .status(Response.FAILED)
                                .failed(FailedAttemptsBuilder.builder().joules(3.0).build())
                                .build());
        assertThat(failed.answered()).isFalse();
        assertThat(failed.servedJoules()).isNaN();
        assertThat(failed.failedJoules()).isEqualTo(103);
        assertThat(failed.totalJoules()).isEqualTo(103);
    }

    private static Exchange sum(Response response) {
        return new Exchange("sums", "1 + 1?", "2", response);
    }

    private static Candidate candidate(String model, double score, double joules, String error) {
        return CandidateBuilder.builder()
                .model(model)
                .score(score)
                .energy(EnergyBuilder.builder().joules(joules).build())
                .error(error)
                .build();
    }
}
