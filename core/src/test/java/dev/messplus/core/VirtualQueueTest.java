package dev.messplus.core;

import static dev.messplus.core.Settings.bare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualQueueTest {

    private static final double ALPHA = 0.6;
    private static final Settings BARE = bare(ALPHA);
    private static final DecisionRule RULE = BARE.decisionRule();
    private static final Offset<Double> ROUNDING = within(1e-12);

    private final VirtualQueue queue = new VirtualQueue();

    @Test
    void growsByShortfallAndForgetsWhatIsAheadOfThePromise() {
        double[] scores = {0.8, 0.1, 0.9, 0.3, 1.0, 1.0, 0.5};
        // max(0, 0 - .2) = 0, then + .5, - .3, + .3, - .4, max(0, .1 - .4) = 0, + .1
        double[] expected = {0, 0.5, 0.2, 0.5, 0.1, 0, 0.1};
        for (int i = 0; i < scores.length; i++) {
            queue.enter(0.5);
            queue.resolve(RULE, ALPHA, 0.5, scores[i]);
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
            queue.resolve(rule, ALPHA, 0.5, scores[i]);
            assertThat(queue.q).as("after %s", i + 1).isCloseTo(expected[i], ROUNDING);
        }
        // What was assumed counts in Q as a label does: -.2 - .4 - .4 = -1, and no further.
        queue.enter(0.5);
        queue.assume(rule, 0.5, 1);
        assertThat(queue.q).isCloseTo(-0.6, ROUNDING);
        queue.enter(0.5);
        queue.assume(rule, 0.5, 1);
        queue.enter(0.5);
        queue.assume(rule, 0.5, 1);
        assertThat(queue.q).isCloseTo(-1, ROUNDING);
    }

    @Test
    void foreseesWhatIsInFlight() {
        queue.q = 0.3;
        queue.enter(0.5);
        queue.enter(0.9);
        assertThat(queue.drift(ALPHA)).isCloseTo(0.1 - 0.3, ROUNDING);
        assertThat(BARE.pressure(queue)).isCloseTo(0.1, ROUNDING);

        queue.reforecast(0.5, 0.8); // served by a better model: .6 - .8 instead of .6 - .5
        assertThat(queue.drift(ALPHA)).isCloseTo(-0.5, ROUNDING);
        assertThat(BARE.pressure(queue)).isZero();

        queue.leave(0.9);
        assertThat(queue.drift(ALPHA)).isCloseTo(-0.2, ROUNDING);
        assertThat(queue.q).isEqualTo(0.3);
    }

    @Test
    void countsAnAssumedScoreInQButInNoAverage() {
        queue.enter(0.5);
        queue.assume(RULE, 0.5, 0);
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

    @ParameterizedTest
    @CsvSource({
        // Q + D + 12, at least .5; D is .6 - .9
        "0,     11.7",
        "3,     14.7",
        "-5,    6.7",
        "-11.5, 0.5", // .2
        "-50,   0.5",
    })
    void startsBehindAndNeverGivesUpOnAccuracy(double q, double pressure) {
        Settings policy = BARE.queueOffset(12).minPressure(0.5);
        queue.q = q;
        queue.enter(0.9);
        assertThat(policy.pressure(queue)).isCloseTo(pressure, ROUNDING);
    }

    @ParameterizedTest
    @CsvSource({
        // sqrt(.2) x marginSigmas x sqrt(in flight + unlabelled (unlabelled + labelled) /
        // labelled),
        // at most .012 x (labelled + unlabelled + in flight)
        "1,   10000, 0,   0,    0",
        "1,   10000, 0,   100,  4.472136", // sqrt(.2 x 100)
        "1.5, 10000, 0,   100,  6.708204",
        "1,   400,   100, 0,    5", // sqrt(.2 x 100 x 500 / 400) = sqrt(.2 x 125)
        "1,   400,   100, 19,   5.366563", // sqrt(.2 x (125 + 19)), within .012 x 519 = 6.228
        "1,   300,   100, 0,    4.8", // sqrt(.2 x 400 / 3) = 5.16, but .012 x 400
        "1,   0,     0,   100,  1.2", // sqrt(.2 x 100), but .012 x 100
        "1,   0,     20,  0,    0.24", // sqrt(.2 x 20 x 21), as if one were labelled, but .012 x 20
        "2,   0,     0,   6400, 71.554175", // 2 x sqrt(.2 x 6400), within .012 x 6400
        "0,   400,   100, 19,   0",
    })
    void allowsForWhatIsNotKnownOfRequests(
            double marginSigmas, int labelled, int unlabelled, int inFlight, double margin) {
        for (int i = 0; i < labelled + unlabelled + inFlight; i++) {
            queue.enter(ALPHA);
        }
        for (int i = 0; i < labelled; i++) {
            queue.resolve(RULE, ALPHA, ALPHA, ALPHA);
        }
        for (int i = 0; i < unlabelled; i++) {
            queue.assume(RULE, ALPHA, ALPHA);
        }
        // All scored and foreseen as promised: Q and D are 0, and the margin is all there is.
        queue.q = 2;
        assertThat(BARE.marginSigmas(marginSigmas).pressure(queue))
                .isCloseTo(2 + margin, within(1e-5));
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
                    case 2 -> queue.resolve(rule, alpha, inFlight.remove(), value);
                    case 3 -> queue.assume(rule, inFlight.remove(), value);
                    default -> queue.leave(inFlight.remove());
                }
            }
            double drift = inFlight.stream().mapToDouble(predicted -> alpha - predicted).sum();
            assertThat(queue.q).isGreaterThanOrEqualTo(0 - policy.streamRule().credit());
            assertThat(policy.pressure(queue)).isNotNegative();
            assertThat(queue.drift(alpha)).isCloseTo(drift, within(1e-9));
            // The promise in one line: the whole run is never further behind than Q.
            if (!steps.contains(3)) {
                assertThat(queue.deficit(alpha)).isLessThanOrEqualTo(queue.q + 1e-9);
            }
        }
        while (!inFlight.isEmpty()) {
            queue.resolve(rule, alpha, inFlight.remove(), value);
        }
        assertThat(queue.inFlight).isZero();
        assertThat(queue.forecast).isEqualTo(0.0);
        assertThat(queue.drift(alpha)).isEqualTo(0.0);
    }
}
