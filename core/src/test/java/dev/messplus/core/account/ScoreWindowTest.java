package dev.messplus.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScoreWindowTest {

    @Test
    void knowsNothingBeforeTheFirstLabel() {
        var window = new ScoreWindow();
        assertThat(window.size()).isZero();
        assertThat(window.average()).isNaN();
    }

    @Property(tries = 200)
    void averagesTheLastLabelsOverItsLengthOrOneStepLess(
            @ForAll @IntRange(min = ScoreWindow.STEPS, max = 300) int length,
            @ForAll @Size(min = 1, max = 1_000) List<@DoubleRange(max = 1) Double> labels) {
        var window = new ScoreWindow();
        int step = (length + ScoreWindow.STEPS - 1) / ScoreWindow.STEPS;
        for (int n = 1; n <= labels.size(); n++) {
            window.add(labels.get(n - 1), length);
            assertThat(window.size()).isBetween(Math.min(n, length - step), Math.min(n, length));
            double expected =
                    labels.subList(n - window.size(), n).stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElseThrow();
            assertThat(window.average()).isCloseTo(expected, within(1e-9));
        }
    }

    @Test
    void reachesItsFullLengthEvenIf64DoesNotDivideIt() {
        var window = new ScoreWindow();
        int largest = 0;
        for (int i = 0; i < 5_000; i++) {
            window.add(1, 1_000);
            largest = Math.max(largest, window.size());
        }
        assertThat(largest).isEqualTo(1_000);
    }

    @Test
    void labelsThatTurnOutToBeWorthMoreOrLessStayWithinZeroAndOne() {
        var window = new ScoreWindow();
        window.relabel(1);
        assertThat(window.sum()).isZero();
        window.add(0.5, ScoreWindow.STEPS);
        window.add(0.5, ScoreWindow.STEPS);
        window.relabel(-0.4);
        assertThat(window.average()).isCloseTo(0.3, within(1e-12));
        window.relabel(3);
        assertThat(window.average()).isEqualTo(1);
        window.relabel(-3);
        assertThat(window.average()).isZero();
        assertThat(window.size()).isEqualTo(2);
    }
}
