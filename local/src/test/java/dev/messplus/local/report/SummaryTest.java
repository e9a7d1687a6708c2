package dev.messplus.local.report;

import static dev.messplus.local.report.TinyRun.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.record.Candidate;
import dev.messplus.record.CandidateBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final Offset<Double> EXACT = within(1e-12);

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
    void chargesTheRunForEverythingItAsked() {
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
    void saysWhatTheEnergyWentInto() {
        // (100 + 10 + 12 + 10) / 4
        PolicyRow row = summary.row(Kind.MESS_SERVED).orElseThrow();
        assertThat(row.joulesPerRequest()).isCloseTo(33, EXACT);
        assertThat(row.score()).isEqualTo(summary.mess().score());
        // 10 J of the other answer to the explored request, 8 J of the failed one.
        assertThat(summary.split()).isEqualTo(new EnergySplit(33, 2.5, 2));
        assertThat(summary.split().total()).isCloseTo(summary.mess().joulesPerRequest(), EXACT);
    }

    @Test
    void baselinesAreOfTheReferencePass() {
        PolicyRow small = summary.rows().get(2);
        assertThat(small.score()).isCloseTo(.5, EXACT);
        assertThat(small.joulesPerRequest()).isCloseTo(10, EXACT);
        assertThat(small.meetsAlpha()).isFalse();
        // The prompt that the large model left unlabelled is in neither of its means.
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
    void aStaticMixOfTheSameScoreIsTheFairestRival() {
        // 5/6 is two thirds of the way from .5 to 1: 10 + 2/3 * 90.
        assertThat(summary.staticMixOfSameScore().orElseThrow().joules()).isCloseTo(70, EXACT);
    }

    @Test
    void standsWithoutAnyOutcome() {
        RunReport empty =
                new RunReport(
                        "gold",
                        .7,
                        List.of("small"),
                        List.of(),
                        new ReferencePass(
                                "nothing",
                                List.of("small"),
                                new double[][] {{NONE}},
                                new double[][] {{1}}),
                        EnergySources.of(List.of()),
                        Duration.ZERO,
                        Map.of());
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
                response(
                        Response.OK,
                        "large",
                        "explore",
                        List.of(
                                candidate("small", "a", .2, 10),
                                candidate("large", "b", 1, 100),
                                CandidateBuilder.builder()
                                        .model("gone")
                                        .error("timed out")
                                        .build()),
                        10.0,
                        3.0);
        ServedRequest served = ServedRequest.of(explored);
        assertThat(served).isEqualTo(new ServedRequest("large", "explore", 1, 100, 10, 3, 3.5, 42));
        assertThat(served.totalJoules()).isEqualTo(113);

        ReferencePass pass =
                ReferencePass.ofExplored(
                        List.of("small", "large"),
                        List.of(
                                explored,
                                response(Response.OK, "large", "exploit", null, null, null)));
        assertThat(pass.prompts()).isEqualTo(1);
        assertThat(pass.meanScore(0)).isEqualTo(.2);
        assertThat(pass.meanJoules(1)).isEqualTo(100);
    }

    @Test
    void chargesForAnswersThatNobodyWasServed() {
        ServedRequest failed =
                ServedRequest.of(response(Response.FAILED, "large", "exploit", null, null, 3.0));
        assertThat(failed.answered()).isFalse();
        assertThat(failed.servedJoules()).isNaN();
        assertThat(failed.failedJoules()).isEqualTo(103);
        assertThat(failed.totalJoules()).isEqualTo(103);
    }

    private static Candidate candidate(String model, String output, double score, double joules) {
        return CandidateBuilder.builder()
                .model(model)
                .output(output)
                .score(score)
                .energyJoules(joules)
                .build();
    }

    private static Response response(
            String status,
            String model,
            String mode,
            List<Candidate> candidates,
            Double explorationJoules,
            Double failedJoules) {
        return ResponseBuilder.builder()
                .id("id")
                .sla("gold")
                .status(status)
                .model(model)
                .output("b")
                .mode(mode)
                .predictedScore(.5)
                .score(1.0)
                .energyJoules(100.0)
                .energySource("nvml")
                .explorationJoules(explorationJoules)
                .failedJoules(failedJoules)
                .promptTokens(1)
                .completionTokens(1)
                .latencyMs(42)
                .attempts(1)
                .q(3.5)
                .t(1)
                .decision(77)
                .candidates(candidates)
                .build();
    }
}
