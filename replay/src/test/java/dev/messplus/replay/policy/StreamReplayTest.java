package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Observation;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.TinyTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Traces of the published rule by hand: alpha .5, V .01 per joule, eta .1, one feature of 1. The
 * first request explores, which lifts the large model's forecast to .2 + .2 = .4. Then exploit
 * steps choose the large model if .01 + .5 Q > .1 + .1 Q, that is if Q > .225.
 */
class StreamReplayTest {

    private static final Offset<Double> EXACT = within(1e-12);

    private static final SlaRouting PAPER =
            SlaPolicies.paper(.5, Map.of("V", "0.01", "explorationRate", "0.5"), TinyTraffic.SEED);

    @Test
    void withNothingInFlightEveryOutcomeIsKnownAtTheNextDecision() {
        // Q at each decision: 0 (explores), 0, .5, 0, .5: large, small, large, small, large.
        SeedResult result = replay(TinyTraffic.hard(5), 0, 1);
        assertThat(result.curve().average())
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(1, 1 / 2., 2 / 3., 2 / 4., 3 / 5.);
        assertThat(result.energyPerRequest()).isCloseTo((11 + 1 + 10 + 1 + 10) / 5., EXACT);
        assertThat(result.energyServedOnly()).isCloseTo((10 + 1 + 10 + 1 + 10) / 5., EXACT);
        assertThat(result.score()).isCloseTo(.6, EXACT);
        assertThat(result.exploredShare()).isCloseTo(.2, EXACT);
        assertThat(result.modelShare()).containsExactly(.4, .6);
    }

    @Test
    void withTwoInFlightAnOutcomeIsKnownThreeDecisionsLater() {
        // The first three know nothing, and of two alike the later model is taken. The next three
        // know that nothing is owed. From then on Q is .5, 1, 1.5 and 1.
        SeedResult result = replay(TinyTraffic.hard(10), 2, 1);
        assertThat(result.curve().average())
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(1, 1, 1, 3 / 4., 3 / 5., 3 / 6., 4 / 7., 5 / 8., 6 / 9., 7 / 10.);
        assertThat(result.energyPerRequest()).isCloseTo((11 + 10 + 10 + 3 + 40) / 10., EXACT);
    }

    @Test
    void anExplorationServesTheBestAnswerAndOfTwoAlikeTheOneRankedFirst() {
        assertThat(replay(TinyTraffic.of(new double[] {.4, .7}), 0, 1).modelShare())
                .containsExactly(0, 1);
        SeedResult alike = replay(TinyTraffic.of(new double[] {.7, .7}), 0, 1);
        // The later one, where nothing is known of either.
        assertThat(alike.modelShare()).containsExactly(0, 1);
        assertThat(alike.energyPerRequest()).isEqualTo(11);
        assertThat(alike.energyServedOnly()).isEqualTo(10);
    }

    @Test
    void ofTwoUnlabelledAnswersTheOneThatIsForecastToBeBetterIsServed() {
        // Little is owed, so the small model is chosen. Beside it the large one is asked, which all
        // forecasts prefer: it answers those requests, whether a label comes or not.
        SlaRouting policy =
                SlaPolicies.stream(.01, Map.of("explorationBudget", "1"), TinyTraffic.SEED);
        Traffic traffic = TinyTraffic.hard(400);
        SeedResult result = Episodes.replay(traffic, policy, Episodes.scored(0, .5)).run();
        assertThat(result.exploredShare()).isBetween(.01, .5);
        assertThat(result.modelShare()[1]).isBetween(result.exploredShare(), .6);
    }

    @Test
    void joulesThatComeBeforeLabelsAreKnownBeforeThem() {
        // From request 2 on it is known what a model costs, so the small one answers while nothing
        // is known of the scores: large, three times small. From request 5 on Q is .5, 1, 1.5, 1,
        // .5 and 0: five times large, and small.
        Conditions conditions =
                ConditionsBuilder.builder(Episodes.scored(2)).joulesAfter(0).build();
        SeedResult result = Episodes.replay(TinyTraffic.hard(10), PAPER, conditions).run();
        assertThat(result.curve().average())
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(
                        1, 1 / 2., 1 / 3., 1 / 4., 2 / 5., 3 / 6., 4 / 7., 5 / 8., 6 / 9., 6 / 10.);
        assertThat(result.energyPerRequest()).isCloseTo((11 + 3 + 50 + 1) / 10., EXACT);
    }

    @Test
    void aScoreThatIsOnlyKnownLaterDoesNotChooseTheAnswer() {
        // Of two forecast alike the later model is taken, though the other answered better.
        Traffic traffic = TinyTraffic.of(new double[] {.7, .4});
        assertThat(replay(traffic, 0, 1).score()).isEqualTo(.7);
        Conditions later = later(Raters.ALL);
        assertThat(Episodes.replay(traffic, PAPER, later).run().score()).isEqualTo(.4);
    }

    @Test
    void joulesAreToldFirstAndOfTheServedAnswerLast() {
        assertThat(
                        observed(
                                TinyTraffic.of(seedThatRates(), new double[] {.7, .4}),
                                later(Raters.ALL)))
                .containsExactly(
                        "small joules", "large joules served", "small scored", "large scored");
    }

    @Test
    void usersRateOnlyTheAnswerThatTheySaw() {
        Traffic traffic = TinyTraffic.of(seedThatRates(), new double[] {.7, .4});
        assertThat(observed(traffic, later(Raters.UNHAPPY)))
                .containsExactly("small joules", "large joules served", "large scored");
        Traffic liked = TinyTraffic.of(seedThatRates(), new double[] {.7, .5});
        assertThat(observed(liked, later(Raters.UNHAPPY)))
                .containsExactly("small joules", "large joules served");
    }

    @Test
    void withoutLabelsOnlyJoulesAreLearned() {
        // Nobody knows that the large model is better, so the cheaper one answers; the exploration
        // serves the one that is forecast to be best, which is the later one where all are alike.
        SeedResult result = replay(TinyTraffic.hard(5), 0, 0);
        assertThat(result.modelShare()).containsExactly(.8, .2);
        assertThat(result.score()).isCloseTo(.2, EXACT);
        assertThat(result.maxDeficit()).isCloseTo(1.5, EXACT);
    }

    @Test
    void aLabelThatNeverComesIsGivenUpAfterTwiceTheTime() {
        // Only the exploration is labelled. With nothing in flight, request 1 is given up before
        // request 4 is decided; with two in flight, before request 6. What is given up counts as 0.
        long seed = seedWithTheFirstLabelOnly(8, .1);
        SlaRouting careful =
                SlaPolicies.paper(
                        .5,
                        Map.of("V", "0.01", "explorationRate", "0.5", "expiry", "as_zero"),
                        seed);
        Traffic traffic = TinyTraffic.hard(8, seed);
        assertThat(averages(Episodes.replay(traffic, careful, Episodes.scored(0, .1))))
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(1, 1 / 2., 1 / 3., 1 / 4., 2 / 5., 3 / 6., 4 / 7., 5 / 8.);
        assertThat(averages(Episodes.replay(traffic, careful, Episodes.scored(2, .1))))
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(1, 1, 1, 3 / 4., 3 / 5., 3 / 6., 4 / 7., 5 / 8.);
    }

    @Test
    void isDeterministicAndDependsOnTheSeed() {
        SlaRouting other = SlaPolicies.paper(.5, Map.of("V", "0.01", "explorationRate", "0.5"), 2);
        Traffic traffic = TinyTraffic.hard(200);
        SeedResult once = replay(traffic, 3, .5);
        assertThat(replay(traffic, 3, .5).energyPerRequest()).isEqualTo(once.energyPerRequest());
        assertThat(Episodes.replay(traffic, other, Episodes.scored(3, .5)).run().energyPerRequest())
                .isNotEqualTo(once.energyPerRequest());
    }

    /** What is observed of one request that explores. */
    private static List<String> observed(Traffic traffic, Conditions conditions) {
        List<String> observed = new ArrayList<>();
        SlaRouting paper =
                SlaPolicies.paper(
                        .5, Map.of("V", "0.01", "explorationRate", "0.5"), seedThatRates());
        Episodes.replay(traffic, paper, conditions)
                .run(
                        new StreamReplay.Witness() {
                            @Override
                            public void observed(Recorded request, Observation seen) {
                                observed.add(
                                        seen.model()
                                                + (Double.isNaN(seen.joules()) ? "" : " joules")
                                                + (seen.isServed() ? " served" : "")
                                                + (Double.isNaN(seen.score()) ? "" : " scored"));
                            }
                        });
        return observed;
    }

    private static Conditions later(Raters raters) {
        return ConditionsBuilder.builder(Episodes.scored(1, 1))
                .joulesAfter(0)
                .delay(Delay.FIXED)
                .labels(Labels.LATER)
                .raters(raters)
                .build();
    }

    /** A seed whose first draw makes an unhappy user rate, and whose first request explores. */
    private static long seedThatRates() {
        return LongStream.rangeClosed(1, 10_000)
                .filter(seed -> new SplittableRandom(seed).nextDouble() < .4)
                .findFirst()
                .orElseThrow();
    }

    private static double[] averages(StreamReplay replay) {
        return replay.run().curve().average();
    }

    private static long seedWithTheFirstLabelOnly(int requests, double rate) {
        return LongStream.rangeClosed(1, 10_000)
                .filter(
                        seed -> {
                            var labels = new SplittableRandom(seed);
                            return labels.nextDouble() < rate
                                    && labels.doubles(requests).noneMatch(draw -> draw < rate);
                        })
                .findFirst()
                .orElseThrow();
    }

    private static SeedResult replay(Traffic traffic, int inFlight, double feedbackRate) {
        return Episodes.replay(traffic, PAPER, Episodes.scored(inFlight, feedbackRate)).run();
    }
}
