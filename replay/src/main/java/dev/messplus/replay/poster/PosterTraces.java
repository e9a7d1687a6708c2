package dev.messplus.replay.poster;

import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.Traffic;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/**
 * Simulated traces with the means of the poster's two data sets; not the poster's own data.
 *
 * <p>Published are each model's mean score and mean joules, and the sample means here equal them to
 * 1e-9. Everything else is assumed: features are 16-dimensional Gaussian, scaled to length 1; a
 * score is clamp(offset + difficulty + advantage + noise), where difficulty (the same for both
 * models) and advantage (half of it for the large model, half against the small) are linear in the
 * features, so a predictor can learn them, and the noise of each model is Gaussian and cannot be
 * learned; joules are log-normal with a spread of 35%, and the same prompts are expensive for both.
 */
public final class PosterTraces {

    private static final int DIMENSIONS = 16;

    /** Standard deviation of the logarithm of joules, of the prompt and of the model's own. */
    private static final double PROMPT_SPREAD = 0.3;

    private static final double OWN_SPREAD = 0.18;

    private static final int PROMPT_TOKENS = 100;

    private PosterTraces() {}

    /**
     * The published figures of a data set, and the assumptions about it.
     *
     * @param name of the data set
     * @param alpha average score to reach, in [0, 1]
     * @param small mean score and joules of TinyLlama
     * @param large mean score and joules of Llama-2 13B
     * @param random mean score and joules of random with constraint
     * @param mess mean score and joules of MESS+ with V = 0.1 and c = 3, exploration excluded
     * @param prompts assumed: the size of the data set's usual test split
     * @param difficulty assumed: standard deviation over prompts of what both scores share
     * @param advantage assumed: standard deviation over prompts of the scores' difference
     * @param noise assumed: standard deviation of what is random in each model's score
     */
    @RecordBuilder
    record DataSet(
            String name,
            double alpha,
            Figure small,
            Figure large,
            Figure random,
            Figure mess,
            int prompts,
            double difficulty,
            double advantage,
            double noise) {}

    /** A mean score and mean joules of the poster. */
    record Figure(double score, double joules) {}

    static final List<DataSet> DATA_SETS =
            List.of(
                    PosterTracesDataSetBuilder.builder()
                            .name("WMT14 (BLEU)")
                            .alpha(.52)
                            .small(new Figure(.491, 44.639))
                            .large(new Figure(.551, 527.870))
                            .random(new Figure(.520, 280.426))
                            .mess(new Figure(.522, 149.399))
                            .prompts(3_003)
                            .difficulty(.12)
                            .advantage(.08)
                            .noise(.09)
                            .build(),
                    PosterTracesDataSetBuilder.builder()
                            .name("CNN-DailyMail (ROUGE-1)")
                            .alpha(.315)
                            .small(new Figure(.309, 142.080))
                            .large(new Figure(.322, 750.285))
                            .random(new Figure(.315, 416.466))
                            .mess(new Figure(.315, 163.836))
                            .prompts(11_490)
                            .difficulty(.06)
                            .advantage(.03)
                            .noise(.05)
                            .build());

    /** Traffic of {@code n} prompts; deterministic. */
    static Traffic of(DataSet data, int n, long seed) {
        var random = new SplittableRandom(seed);
        double[] difficulty = direction(random);
        double[] advantage = direction(random);
        var features = new float[n][];
        var scores = new double[2][n];
        var joules = new double[2][n];
        for (int i = 0; i < n; i++) {
            double[] x = direction(random);
            features[i] = floats(x);
            double common = data.difficulty() * projection(x, difficulty);
            double half = data.advantage() * projection(x, advantage) / 2;
            double length = PROMPT_SPREAD * random.nextGaussian();
            for (int m = 0; m < 2; m++) {
                double own = data.noise() * random.nextGaussian();
                scores[m][i] = common + (m == 0 ? -half : half) + own;
                joules[m][i] = Math.exp(length + OWN_SPREAD * random.nextGaussian());
            }
        }
        calibrate(scores[0], joules[0], data.small());
        calibrate(scores[1], joules[1], data.large());
        List<Recorded> requests = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            requests.add(
                    new Recorded(
                            "p" + i,
                            data.name(),
                            PROMPT_TOKENS,
                            features[i],
                            new double[] {scores[0][i], scores[1][i]},
                            new double[] {joules[0][i], joules[1][i]}));
        }
        return new Traffic(List.of("TinyLlama", "Llama-2 13B"), requests);
    }

    /** Shifts the scores and scales the joules so that their means are the published ones. */
    private static void calibrate(double[] scores, double[] joules, Figure mean) {
        UnivariateFunction excess =
                offset ->
                        Arrays.stream(scores).map(s -> clamp(s + offset)).average().orElseThrow()
                                - mean.score();
        double offset = new BrentSolver(1e-12, 1e-14).solve(1_000, excess, -2, 3);
        double scale = mean.joules() / Arrays.stream(joules).average().orElseThrow();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = clamp(scores[i] + offset);
            joules[i] *= scale;
        }
    }

    /**
     * Scalar product with a unit vector, scaled to a variance of 1: a coordinate of a random unit
     * vector has a variance of 1 / dimensions.
     */
    private static double projection(double[] x, double[] on) {
        double sum = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            sum += x[i] * on[i];
        }
        return sum * Math.sqrt(DIMENSIONS);
    }

    private static double[] direction(SplittableRandom random) {
        var x = new double[DIMENSIONS];
        double squares = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            x[i] = random.nextGaussian();
            squares += x[i] * x[i];
        }
        double length = Math.sqrt(squares);
        return Arrays.stream(x).map(value -> value / length).toArray();
    }

    private static float[] floats(double[] x) {
        var floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
        }
        return floats;
    }

    private static double clamp(double score) {
        return Math.max(0, Math.min(1, score));
    }
}
