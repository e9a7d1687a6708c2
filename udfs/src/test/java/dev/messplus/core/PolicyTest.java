package dev.messplus.core;

import static dev.messplus.core.TestSla.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

    private static final Policy STREAM = Policy.stream(0.6);

    @ParameterizedTest
    @CsvSource({
        // c / t^(1/3): 3/1, 3/3, 3/4, 3/10
        "3,   0,   1,    1",
        "3,   0,   27,   1",
        "3,   0,   64,   0.75",
        "3,   0,   1000, 0.3",
        // .5/1, .5/2, then .5/3 is below the floor
        "0.5, 0.2, 1,    0.5",
        "0.5, 0.2, 8,    0.25",
        "0.5, 0.2, 27,   0.2",
        "0,   0,   1,    0",
    })
    void exploresAtADecayingRateAboveAFloor(double c, double floor, long t, double expected) {
        Policy policy = with(STREAM, "explorationRate", c, "explorationFloor", floor);
        assertThat(policy.explorationProbability(t)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void takesVAsGiven() {
        assertThat(with(STREAM, "v", 2.5).effectiveV(0.9)).isEqualTo(2.5);
    }

    @ParameterizedTest
    @CsvSource({
        // (window x tolerance - alpha) x (best - alpha), neither factor below 0
        "1000, 0.01,  0.8,  1.88", // (10 - .6) x .2
        "200,  0.02,  0.7,  0.34", // (4 - .6) x .1
        "100,  0.005, 0.8,  0", // half a request is less than one shortfall of alpha
        "1000, 0.01,  0.55, 0", // the promise cannot be kept
    })
    void derivesVFromAWindowAndATolerance(int window, double tolerance, double best, double v) {
        Policy policy = with(STREAM, "v", Policy.AUTO_V, "window", window, "tolerance", tolerance);
        assertThat(policy.effectiveV(best)).isCloseTo(v, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "alpha, 1.2, 'alpha: must be between 0 and 1, was 1.2'",
        "alpha, NaN, 'alpha: must be between 0 and 1, was NaN'",
        "v, -1, 'v: must be finite and at least 0, was -1.0'",
        "v, Infinity, 'v: must be finite and at least 0, was Infinity'",
        "tolerance, -0.1, 'tolerance: must be between 0 and 1, was -0.1'",
        "explorationRate, -1, 'explorationRate: must be finite and at least 0, was -1.0'",
        "explorationFloor, 2, 'explorationFloor: must be between 0 and 1, was 2.0'",
        "learningRate, 0, 'learningRate: must be finite and above 0, was 0.0'",
    })
    void refusesWhatMakesNoSense(String name, double value, String message) {
        assertThatThrownBy(() -> with(STREAM, name, value)).rootCause().hasMessage(message);
    }

    @Test
    void refusesCountsThatMakeNoSense() {
        assertThatThrownBy(() -> with(STREAM, "window", 63))
                .rootCause()
                .hasMessage("window: must be at least 64, was 63.0");
        assertThatThrownBy(() -> with(STREAM, "warmUpLabels", -1))
                .rootCause()
                .hasMessage("warmUpLabels: must be at least 0, was -1.0");
    }
}
