package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Priors;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The lemma of {@code docs/guarantee.md} on the cold start: what the widths of forecasts add up to,
 * where every prompt is the one of several whose forecast is widest.
 */
class WidthSumTest {

    private static final double NOISE = Priors.LABEL_VARIANCE;
    private static final int MODELS = 3;
    private static final int PROMPTS = 20;
    private static final double ROUNDING = 1e-9;

    private final LinearBelief shared = new LinearBelief();
    private final LinearBelief[] own =
            IntStream.range(0, MODELS)
                    .mapToObj(m -> new LinearBelief())
                    .toArray(LinearBelief[]::new);
    private final SplittableRandom random = new SplittableRandom(1);

    /** What was learned, in nats: by how much the determinants of the covariances fell. */
    private double gain;

    /** What the lemma compares that with. */
    private double squaredWidths;

    /** A request whose label is to come. */
    private record Asked(int model, float[] features, double variance, double gain) {}

    @BeforeEach
    void begin() {
        gain = 0;
        squaredWidths = 0;
    }

    @ParameterizedTest
    @CsvSource({"1, 2000", "1, 50000", "12, 5000", "42, 2000"})
    void widthsAddUpToWhatCanBeLearned(int dimensions, int labels) {
        play(dimensions, labels, 0);
        assertThat(squaredWidths).isLessThanOrEqualTo(gain);
        assertThat(gain).isBetween(potential(dimensions) / 2, potential(dimensions));
    }

    @ParameterizedTest
    @CsvSource({"1, 2000, 30", "12, 2000, 300"})
    void aLabelThatIsLateIsNoWiderThanWhatWasLearnedMeanwhile(
            int dimensions, int labels, int delay) {
        play(dimensions, labels, delay);
        assertThat(gain).isLessThanOrEqualTo(potential(dimensions));
    }

    private void play(int dimensions, int labels, int delay) {
        shared.begin(.5, Priors.SHARED_CONSTANT_VARIANCE, Priors.SHARED_SLOPE_VARIANCE);
        for (LinearBelief belief : own) {
            belief.begin(0, Priors.OWN_CONSTANT_VARIANCE, Priors.OWN_SLOPE_VARIANCE);
        }
        Queue<Asked> inFlight = new ArrayDeque<>();
        for (int i = 0; i < labels; i++) {
            inFlight.add(ask(dimensions));
            if (inFlight.size() > delay) {
                learn(inFlight.remove());
            }
        }
    }

    /** The widest of some prompts for one of the models. */
    private Asked ask(int dimensions) {
        int model = random.nextInt(MODELS);
        float[] widest = prompt(dimensions);
        for (int other = 1; other < PROMPTS; other++) {
            float[] features = prompt(dimensions);
            widest = variance(model, features) > variance(model, widest) ? features : widest;
        }
        return new Asked(model, widest, variance(model, widest), gain);
    }

    private void learn(Asked asked) {
        double variance = variance(asked.model, asked.features);
        assertThat(asked.variance)
                .isLessThanOrEqualTo(variance * Math.exp(gain - asked.gain) + ROUNDING);
        double all = variance + NOISE;
        squaredWidths += variance / all;
        gain -= Math.log1p(-shared.variance(asked.features) / all);
        gain -= Math.log1p(-own[asked.model].variance(asked.features) / all);
        LinearBelief.learn(
                new LinearBelief[] {shared, own[asked.model]},
                new double[] {1, 1},
                asked.features,
                random.nextInt(2),
                NOISE,
                1);
    }

    private double variance(int model, float[] features) {
        return shared.variance(features) + own[model].variance(features);
    }

    /** A constant, and features of length 1, of one kind of prompt. */
    private float[] prompt(int dimensions) {
        float[] regressors = new float[dimensions + 1];
        regressors[0] = 1;
        regressors[1 + random.nextInt(dimensions)] = random.nextBoolean() ? 1 : -1;
        return regressors;
    }

    /** Gamma: what all beliefs can learn, in nats. */
    private double potential(int dimensions) {
        double potential = potential(shared, dimensions);
        for (LinearBelief belief : own) {
            potential += potential(belief, dimensions);
        }
        return potential;
    }

    private static double potential(LinearBelief belief, int dimensions) {
        double order = dimensions + 1;
        double share = belief.mostVariance() / (NOISE * order);
        double drift = Priors.DRIFT_PER_LABEL;
        double forgotten = order * (Math.sqrt(drift * share) + drift * share);
        return order * Math.log1p(belief.labels * share) + belief.labels * forgotten;
    }
}
