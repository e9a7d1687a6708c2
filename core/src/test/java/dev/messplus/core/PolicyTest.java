package dev.messplus.core;

import static dev.messplus.core.TestSla.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(with(STREAM, "v", 0.0).effectiveV(0.9)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // window x tolerance x (best - .6) / 5, the margin no less than .02
        "10000, 0.01,  0.8,  4", // 100 x .2 / 5
        "1000,  0.01,  0.8,  0.4", // 10 x .2 / 5
        "200,   0.02,  0.7,  0.08", // 4 x .1 / 5
        "1000,  0.01,  0.61, 0.04", // 10 x .02 / 5: the best is hardly good enough
        "1000,  0.01,  0.3,  0.04", // the promise cannot be kept
        "1000,  0,     0.8,  0",
    })
    void derivesVFromAWindowAndATolerance(int window, double tolerance, double best, double v) {
        Policy policy = with(STREAM, "v", Policy.AUTO_V, "window", window, "tolerance", tolerance);
        assertThat(policy.effectiveV(best)).isCloseTo(v, within(1e-12));
    }

    @Test
    void derivesTheStreamsVFromOnePercentOfItsWindow() {
        // 10,000 x .01 x .1 / 5
        assertThat(STREAM.effectiveV(0.7)).isCloseTo(2, within(1e-12));
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "explorationRate",
                "explorationBudget",
                "headStart",
                "credit",
                "leastPressure",
                "confidence"
            })
    void refusesAmountsThatAreNegativeOrNoNumbers(String name) {
        String rule = name + ": must be finite and at least 0, was ";
        for (double value : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> with(STREAM, name, value))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(rule + value);
        }
        assertThat(with(STREAM, name, 0.0)).isNotNull();
    }

    @Test
    void refusesCountsThatMakeNoSense() {
        assertThatThrownBy(() -> with(STREAM, "window", 63))
                .rootCause()
                .hasMessage("window: must be at least 64, was 63.0");
        assertThatThrownBy(() -> with(STREAM, "tries", -1))
                .rootCause()
                .hasMessage("tries: must be finite and at least 0, was -1.0");
        assertThatThrownBy(() -> with(STREAM, "shards", 0))
                .rootCause()
                .hasMessage("shards: must be at least 1, was 0.0");
    }

    @Test
    void addsNothingToThePapersAlgorithm() {
        Policy paper = Policy.paper(0.7, 3, 0.4);
        assertThat(paper.alpha()).isEqualTo(0.7);
        assertThat(paper.effectiveV(0.9)).isEqualTo(3);
        assertThat(paper.explorationProbability(8)).isCloseTo(0.2, within(1e-12)); // .4 / 2

        assertThat(paper.explorationFloor()).isZero();
        assertThat(paper.explorationBudget()).isZero();
        assertThat(paper.tries()).isZero();
        assertThat(paper.headStart()).isZero();
        assertThat(paper.credit()).isZero();
        assertThat(paper.leastPressure()).isZero();
        assertThat(paper.confidence()).isZero();
        assertThat(paper.inFlightDrift()).isFalse();
        assertThat(paper.learnFromServed()).isFalse();
        assertThat(paper.normaliseEnergy()).isFalse();
        assertThat(paper.learner()).isEqualTo(Policy.Learner.LINEAR_SGD);
    }

    @Test
    void addsToTheStreamsWhatLabelsThatComeLateAsk() {
        assertThat(STREAM.explorationProbability(1)).isZero();
        assertThat(STREAM.explorationBudget()).isPositive();
        assertThat(STREAM.inFlightDrift()).isTrue();
        assertThat(STREAM.learnFromServed()).isTrue();
        assertThat(STREAM.normaliseEnergy()).isTrue();
        assertThat(STREAM.learner()).isEqualTo(Policy.Learner.BAYES);
    }
}
