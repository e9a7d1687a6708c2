package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VirtualQueueTest {

    private static final double ALPHA = 0.6;

    @Test
    void growsByShortfallAndForgetsWhatIsAheadOfThePromise() {
        var queue = new VirtualQueue();
        double[] scores = {0.8, 0.1, 0.9, 0.3, 1.0, 1.0, 0.5};
        // max(0, 0 - .2) = 0, then + .5, - .3, + .3, - .4, max(0, .1 - .4) = 0, + .1
        double[] expected = {0, 0.5, 0.2, 0.5, 0.1, 0, 0.1};
        for (int i = 0; i < scores.length; i++) {
            queue.enter(0.5);
            queue.resolve(ALPHA, 0.5, scores[i]);
            assertThat(queue.q).as("after %s", i + 1).isCloseTo(expected[i], within(1e-12));
        }
        assertThat(queue.averageScore()).isCloseTo(4.6 / 7, within(1e-12));
        // 7 x .6 - 4.6, and at its worst .3 after the second label: 2 x .6 - .9
        assertThat(queue.deficit(ALPHA)).isCloseTo(-0.4, within(1e-12));
        assertThat(queue.maxDeficit).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void foreseesWhatIsInFlight() {
        var queue = new VirtualQueue();
        queue.q = 0.3;
        queue.enter(0.5);
        queue.enter(0.9);
        assertThat(queue.drift(ALPHA)).isCloseTo(0.1 - 0.3, within(1e-12));
        assertThat(queue.pressure(ALPHA)).isCloseTo(0.1, within(1e-12));

        queue.reforecast(0.5, 0.8); // served by a better model: .6 - .8 instead of .6 - .5
        assertThat(queue.drift(ALPHA)).isCloseTo(-0.5, within(1e-12));
        assertThat(queue.pressure(ALPHA)).isZero();

        queue.leave(0.9);
        assertThat(queue.drift(ALPHA)).isCloseTo(-0.2, within(1e-12));
        assertThat(queue.q).isEqualTo(0.3);
    }

    @Test
    void countsAnAssumedScoreInQButInNoAverage() {
        var queue = new VirtualQueue();
        queue.enter(0.5);
        queue.assume(ALPHA, 0.5, 0);
        assertThat(queue.q).isEqualTo(ALPHA);
        assertThat(queue.labelled).isZero();
        assertThat(queue.averageScore()).isNaN();
        assertThat(queue.deficit(ALPHA)).isZero();
    }

    @Property
    void isNeverNegativeAndEmptiesExactly(
            @ForAll @DoubleRange(max = 1) double alpha,
            @ForAll List<@IntRange(max = 4) Integer> steps,
            @ForAll List<@DoubleRange(max = 1) Double> values) {
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
                    case 2 -> queue.resolve(alpha, inFlight.remove(), value);
                    case 3 -> queue.assume(alpha, inFlight.remove(), value);
                    default -> queue.leave(inFlight.remove());
                }
            }
            double drift = inFlight.stream().mapToDouble(predicted -> alpha - predicted).sum();
            assertThat(queue.q).isNotNegative();
            assertThat(queue.pressure(alpha)).isNotNegative();
            assertThat(queue.drift(alpha)).isCloseTo(drift, within(1e-9));
            // The promise in one line: the whole run is never further behind than Q.
            if (!steps.contains(3)) {
                assertThat(queue.deficit(alpha)).isLessThanOrEqualTo(queue.q + 1e-9);
            }
        }
        while (!inFlight.isEmpty()) {
            queue.resolve(alpha, inFlight.remove(), value);
        }
        assertThat(queue.inFlight).isZero();
        assertThat(queue.forecast).isEqualTo(0.0);
        assertThat(queue.drift(alpha)).isEqualTo(0.0);
    }
}
