package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.outcome.ZooAnswers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeScoresTest {

    private static final int REQUESTS = 4_000;
    private static final double AUDIT = .1;

    /** Its models score .45, .6 and .8 on average. */
    private static final Traffic TRAFFIC = SyntheticTraffic.of(REQUESTS, 4);

    @Test
    void halfOfTheVarianceOfScoresMayBeNoise() {
        double[] said = said(judge(JudgeSays.SCORE, .1, .5), 0);

        assertThat(correlation(said, trueScores(0))).isCloseTo(Math.sqrt(.5), within(.05));
    }

    @Test
    void aCheckPassesAsManyAnswersAsTheScoresOfAJudge() {
        for (int model = 0; model < 3; model++) {
            double[] passed = said(judge(JudgeSays.CHECK, .1, 0), model);
            double[] scores = said(judge(JudgeSays.SCORE, .1, 0), model);

            assertThat(passed).containsOnly(0, 1);
            assertThat(StatUtils.mean(passed)).isCloseTo(StatUtils.mean(scores), within(.03));
        }
    }

    @Test
    void aSignalRisesWithTheScoreOnAScaleOfItsOwn() {
        double[] exact = said(judge(JudgeSays.SIGNAL, 0, 0), 2);
        double[] noisy = said(judge(JudgeSays.SIGNAL, 0, .5), 2);

        double[] scores = trueScores(2);
        for (int i = 1; i < REQUESTS; i++) {
            assertThat(Double.compare(exact[i], exact[0]))
                    .isEqualTo(Double.compare(scores[i], scores[0]));
        }
        assertThat(Arrays.stream(noisy)).allMatch(reading -> reading > 0 && reading < 1);
        assertThat(correlation(noisy, scores)).isBetween(.5, .75);
        assertThat(correlation(said(judge(JudgeSays.SIGNAL, 0, 1), 2), scores))
                .isCloseTo(0, within(.05));
    }

    @Test
    void whatWasRecordedIsSaidOfTheModelsThatAreKept() {
        Traffic recorded = withReadings(TRAFFIC);
        Traffic two = recorded.ofModels(List.of(TRAFFIC.models().get(2), TRAFFIC.models().get(0)));

        assertThat(recorded.hasReadings()).isTrue();
        assertThat(said(two, recorded(), 0))
                .containsExactly(
                        Arrays.stream(trueScores(2)).map(JudgeScoresTest::reading).toArray());
        assertThat(TRAFFIC.hasReadings()).isFalse();
    }

    @Test
    void whatWasRecordedTakesNoFurtherNoise() {
        assertThatThrownBy(() -> judge(JudgeSays.RECORDED, 0, .5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--judge-says recorded")
                .hasMessageContaining("remove --judge-bias");
    }

    /** People's score is what is promised, whatever the scale of who scores. */
    @ParameterizedTest
    @EnumSource(JudgeSays.class)
    void audits(JudgeSays says) {
        boolean recorded = says == JudgeSays.RECORDED;
        Conditions conditions =
                ConditionsBuilder.builder(Episodes.scored(64))
                        .judge(recorded ? recorded() : judge(says, 0, .3))
                        .build();
        Traffic traffic = recorded ? withReadings(TRAFFIC) : TRAFFIC;
        var routing =
                SlaPolicies.stream(
                        Episodes.of(traffic, traffic.fileOrder(), .7, conditions, 1),
                        Map.of("explore", "sequential"));

        SeedResult result = Episodes.replay(traffic, routing, conditions).run();

        assertThat(result.score()).isBetween(.65, .78);
    }

    private static SimulatedJudge judge(JudgeSays says, double bias, double noise) {
        return new SimulatedJudge(AUDIT, says, bias, true, noise);
    }

    private static SimulatedJudge recorded() {
        return new SimulatedJudge(AUDIT, JudgeSays.RECORDED, 0, false, 0);
    }

    private static double[] said(SimulatedJudge judge, int model) {
        return said(TRAFFIC, judge, model);
    }

    private static double[] said(Traffic traffic, SimulatedJudge judge, int model) {
        var arrivals = new Arrivals(traffic, traffic.fileOrder(), Drift.NONE);
        var scores = new JudgeScores(judge, arrivals, 1);
        return IntStream.range(0, REQUESTS).mapToDouble(i -> scores.score(i, model)).toArray();
    }

    private static double[] trueScores(int model) {
        return TRAFFIC.requests().stream()
                .mapToDouble(request -> request.scores()[model])
                .toArray();
    }

    private static double correlation(double[] one, double[] other) {
        return new PearsonsCorrelation().correlation(one, other);
    }

    /** A scorer of a narrow scale. */
    private static double reading(double score) {
        return .8 + .1 * score;
    }

    private static Traffic withReadings(Traffic traffic) {
        return new Traffic(
                traffic.models(),
                traffic.requests().stream()
                        .map(
                                request ->
                                        new Recorded(
                                                request.id(),
                                                request.kind(),
                                                request.promptTokens(),
                                                request.features(),
                                                new ZooAnswers(
                                                        request.scores(),
                                                        request.joules(),
                                                        Arrays.stream(request.scores())
                                                                .map(JudgeScoresTest::reading)
                                                                .toArray())))
                        .toList());
    }
}
