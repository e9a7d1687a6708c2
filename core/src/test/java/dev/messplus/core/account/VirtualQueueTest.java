package dev.messplus.core.account;

import static dev.messplus.core.algorithm.Settings.bare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.DecisionRule;
import dev.messplus.core.Sla;
import dev.messplus.core.algorithm.Settings;
import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class VirtualQueueTest {

    private static final double ALPHA = 0.6;
    private static final Settings BARE = bare(ALPHA);
    private static final DecisionRule RULE = BARE.decisionRule();
    private static final Offset<Double> ROUNDING = within(1e-12);

    private final VirtualQueue queue = new VirtualQueue();

    @Test
    void boundsHoldAfterAllAnswersOfASumNotAfterEach() {
        // 4 x .6 - 2.2
        assertThat(RULE.nextQueue(0, 4, 2.2)).isCloseTo(0.2, ROUNDING);
        // One by one, 1 and 1 would be forgotten at 0, and it would be .6 + .6.
        assertThat(RULE.nextQueue(0.2, 4, 2)).isCloseTo(0.6, ROUNDING);
        assertThat(RULE.nextQueue(0.6, 3, 3)).isZero();
    }

    @Test
    void growsByShortfallAndForgetsWhatIsAheadOfThePromise() {
        double[] scores = {0.8, 0.1, 0.9, 0.3, 1.0, 1.0, 0.5};
        // max(0, 0 - .2) = 0, then + .5, - .3, + .3, - .4, max(0, .1 - .4) = 0, + .1
        double[] expected = {0, 0.5, 0.2, 0.5, 0.1, 0, 0.1};
        for (int i = 0; i < scores.length; i++) {
            queue.enter(0.5);
            label(queue, RULE, 0.5, scores[i]);
            assertThat(queue.q).as("after %s", i + 1).isCloseTo(expected[i], ROUNDING);
        }
        assertThat(queue.averageScore()).isCloseTo(4.6 / 7, ROUNDING);
        // 7 x .6 - 4.6, and at its worst .3 after the second label: 2 x .6 - .9
        assertThat(queue.deficit(ALPHA)).isCloseTo(-0.4, ROUNDING);
        assertThat(queue.maxDeficit).isCloseTo(0.3, ROUNDING);
    }

    @Test
    void remembersWhatIsAheadOfThePromiseAsFarAsItsCreditGoes() {
        DecisionRule rule = BARE.credit(1).decisionRule();
        double[] scores = {1, 1, 1, 0.9, 0, 0, 1};
        // - .4, - .4, max(-1, -.8 - .4) = -1, max(-1, -1 - .3) = -1, + .6, + .6, - .4
        double[] expected = {-0.4, -0.8, -1, -1, -0.4, 0.2, -0.2};
        for (int i = 0; i < scores.length; i++) {
            queue.enter(0.5);
            label(queue, rule, 0.5, scores[i]);
            assertThat(queue.q).as("after %s", i + 1).isCloseTo(expected[i], ROUNDING);
        }
        // What was assumed counts in Q as a label does: -.2 - .4 - .4 = -1, and no further.
        queue.enter(0.5);
        assume(queue, rule, 0.5, 1);
        assertThat(queue.q).isCloseTo(-0.6, ROUNDING);
        queue.enter(0.5);
        assume(queue, rule, 0.5, 1);
        queue.enter(0.5);
        assume(queue, rule, 0.5, 1);
        assertThat(queue.q).isCloseTo(-1, ROUNDING);
    }

    @Test
    void foreseesWhatIsInFlight() {
        queue.q = 0.3;
        queue.enter(0.5);
        queue.enter(0.9);
        assertThat(queue.drift(ALPHA)).isCloseTo(0.1 - 0.3, ROUNDING);

        queue.reforecast(1.7); // beliefs changed: .8 instead of .5
        assertThat(queue.drift(ALPHA)).isCloseTo(-0.5, ROUNDING);

        queue.leave(0.9);
        assertThat(queue.drift(ALPHA)).isCloseTo(-0.2, ROUNDING);
        assertThat(queue.q).isEqualTo(0.3);
        queue.leave(0.7);
        assertThat(queue.drift(ALPHA)).isEqualTo(0.0);
        queue.reforecast(1e-17); // of nothing in flight
        assertThat(queue.drift(ALPHA)).isEqualTo(0.0);
    }

    @Test
    void countsAnAssumedScoreInQButInNoAverage() {
        queue.enter(0.5);
        assume(queue, RULE, 0.5, 0);
        assertThat(queue.q).isEqualTo(ALPHA);
        assertThat(queue.labelled).isZero();
        assertThat(queue.unlabelled).isEqualTo(1);
        assertThat(queue.inFlight).isZero();
        assertThat(queue.averageScore()).isNaN();
        assertThat(queue.deficit(ALPHA)).isZero();
    }

    @Test
    void countsARequestThatLeftAsNeitherLabelledNorUnlabelled() {
        queue.enter(0.5);
        queue.leave(0.5);
        assertThat(queue.q).isZero();
        assertThat(queue.labelled).isZero();
        assertThat(queue.unlabelled).isZero();
    }

    /** Of 64 ratings in a window of 64, and 64 requests without one: sums decay by 63 / 64. */
    @Test
    void countsWhatWasRatedInAboutTheLastWindow() {
        Sla sla = BARE.window(64).sla();
        for (int i = 0; i < 64; i++) {
            queue.countRating(true, sla);
        }
        double rated = 64 * (1 - Math.pow(63 / 64.0, 64));
        assertThat(queue.recentRated).isCloseTo(rated, within(1e-9));
        assertThat(queue.recentUnrated).isZero();
        for (int i = 0; i < 64; i++) {
            queue.countRating(false, sla);
        }
        assertThat(queue.recentRated).isCloseTo(rated * Math.pow(63 / 64.0, 64), within(1e-9));
        assertThat(queue.recentUnrated).isCloseTo(rated, within(1e-9));
    }

    @Test
    void countsAShardsWindowAsItsPart() {
        Sla sla = BARE.window(640).shards(4).sla();
        for (int i = 0; i < 10_000; i++) {
            queue.countRating(true, sla);
        }
        assertThat(queue.recentRated).isCloseTo(160, within(1e-9));
    }

    /** Whatever comes, it is bounded by what a window can owe: 64 x .05 + 4 sigma x 8. */
    @Test
    void isBoundedByWhatAWindowCanOwe() {
        Settings policy = BARE.window(64).tolerance(0.05);
        DecisionRule rule = policy.decisionRule();
        double most = 64 * 0.05 + 4 * Math.sqrt(0.2) * 8;
        for (int i = 0; i < 1_000; i++) {
            queue.enter(0.5);
            label(queue, rule, 0.5, 0);
        }
        assertThat(queue.q).isCloseTo(most, ROUNDING);
        assertThat(queue.maxDeficit).isCloseTo(600, within(1e-6));
        queue.enter(0.5);
        label(queue, rule, 0.5, 1);
        assertThat(queue.q).isCloseTo(most - 0.4, ROUNDING);
    }

    @Property
    void isNeverNegativeAndEmptiesExactly(
            @ForAll @DoubleRange(max = 1) double alpha,
            @ForAll List<@IntRange(max = 4) Integer> steps,
            @ForAll List<@DoubleRange(max = 1) Double> values) {
        followsItsRequests(bare(alpha), steps, values);
    }

    @Property
    void isNeverAheadByMoreThanItsCredit(
            @ForAll @DoubleRange(max = 1) double alpha,
            @ForAll @DoubleRange(max = 5) double credit,
            @ForAll List<@IntRange(max = 4) Integer> steps,
            @ForAll List<@DoubleRange(max = 1) Double> values) {
        followsItsRequests(bare(alpha).credit(credit), steps, values);
    }

    private static void followsItsRequests(
            Settings policy, List<Integer> steps, List<Double> values) {
        double alpha = policy.alpha();
        DecisionRule rule = policy.decisionRule();
        var queue = new VirtualQueue();
        var inFlight = new ArrayDeque<Double>();
        double value = 0.5;
        for (int i = 0; i < steps.size(); i++) {
            value = values.isEmpty() ? value : values.get(i % values.size());
            if (steps.get(i) < 2 || inFlight.isEmpty()) {
                queue.enter(value);
                inFlight.add(value);
            } else {
                switch (steps.get(i)) {
                    case 2 -> label(queue, rule, inFlight.remove(), value);
                    case 3 -> assume(queue, rule, inFlight.remove(), value);
                    default -> queue.leave(inFlight.remove());
                }
            }
            double drift = inFlight.stream().mapToDouble(predicted -> alpha - predicted).sum();
            assertThat(queue.q).isGreaterThanOrEqualTo(0 - policy.streamRule().credit());
            assertThat(queue.drift(alpha)).isCloseTo(drift, within(1e-9));
            // The promise in one line: the whole run is never further behind than Q.
            if (!steps.contains(3)) {
                assertThat(queue.deficit(alpha)).isLessThanOrEqualTo(queue.q + 1e-9);
            }
        }
        while (!inFlight.isEmpty()) {
            label(queue, rule, inFlight.remove(), value);
        }
        assertThat(queue.inFlight).isZero();
        assertThat(queue.forecast).isEqualTo(0.0);
        assertThat(queue.drift(alpha)).isEqualTo(0.0);
    }

    private static void label(
            VirtualQueue queue, DecisionRule rule, double predicted, double score) {
        queue.leave(predicted);
        queue.label(rule.nextQueue(queue.q, score), score, ALPHA);
    }

    private static void assume(
            VirtualQueue queue, DecisionRule rule, double predicted, double score) {
        queue.leave(predicted);
        queue.assume(rule.nextQueue(queue.q, score));
    }
}
