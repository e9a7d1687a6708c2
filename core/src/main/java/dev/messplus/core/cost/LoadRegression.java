package dev.messplus.core.cost;

import dev.messplus.core.Priors;
import java.util.Arrays;

/**
 * What a call takes of its server at any load, in joules or in seconds, learned from calls at the
 * loads that there were:
 *
 * <pre>
 *   y = p u + n (a r + b)
 * </pre>
 *
 * <p>p are the tokens of the prompt, n those of the answer. r is the part of a step of the server
 * that one call has to bear: 1 for a call alone, 1 / B beside B - 1 others. A step that makes a
 * token of each of B sequences takes a + b B, because reading the weights costs the same for one
 * and for all (Agrawal et al., "Vidur", MLSys 2024). So a / (a + b) of what a lone call takes is
 * saved in a full batch.
 *
 * <p>Least squares without negative coefficients, online and with forgetting. A call's variance
 * grows with its length, so it weighs 1 / n. Where the load did not vary, b / a is what it is for
 * other models, or else {@link Priors#BATCHED_SHARE}: as much as one call says.
 */
public final class LoadRegression {

    /** Bounds of b / a, so that its logarithm is one. */
    private static final double LEAST_RATIO = 1e-3;

    private static final double MAX_RATIO = 10;

    /** Discounted weight of the calls. */
    public double weight;

    /** Discounted sum of what they took. */
    public double sum;

    /** Discounted sum of the tokens of their prompts. */
    public double promptTokens;

    /** Discounted sum of the tokens of their answers. */
    public double answerTokens;

    /** Discounted weight of those whose load is known. */
    public double loadWeight;

    /** Discounted sums of their r and r^2. */
    public double loadSum;

    public double loadSquares;

    /** Discounted weighted products of p, n r and n: pp, pr, pn, rr, rn, nn. */
    public double[] products = new double[6];

    /** Discounted weighted products of p, n r and n with y. */
    public double[] takes = new double[3];

    /** Discounted weighted sum of y^2. */
    public double takenSquares;

    /** Number of changes: what was solved before the last one is not what is known. */
    private transient int changes;

    /** What was solved last, maybe by another thread, for a gauge; {@code null} before. */
    private transient Solution solved;

    private record Solution(int changes, double ratio, double[] coefficients) {}

    /**
     * Takes in a call.
     *
     * @param p tokens of its prompt that were computed, at least 0
     * @param n tokens of its answer, above 0
     * @param r 1 / concurrency, from 0 to 1; {@code NaN} if what it takes does not depend on that
     * @param y what it took, at least 0
     * @param w weight of the call beside others, above 0
     */
    void add(double p, double n, double r, double y, double w) {
        if (!(y >= 0 && p >= 0 && n > 0) || y + p + n == Double.POSITIVE_INFINITY) {
            // It would stay in the sums for good.
            return;
        }
        boolean hasLoad = r > 0 && r <= 1;
        double[] x = {p, hasLoad ? n * r : 0, n};
        double each = w / n;
        int at = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = i; j < x.length; j++) {
                products[at++] += each * x[i] * x[j];
            }
            takes[i] += each * x[i] * y;
        }
        takenSquares += each * y * y;
        weight += w;
        sum += w * y;
        promptTokens += w * p;
        answerTokens += w * n;
        if (hasLoad) {
            loadWeight += w;
            loadSum += w * r;
            loadSquares += w * r * r;
        }
        changes++;
    }

    /** Has all calls so far count this much of what they did. */
    void scale(double factor) {
        takenSquares *= factor;
        weight *= factor;
        sum *= factor;
        promptTokens *= factor;
        answerTokens *= factor;
        loadWeight *= factor;
        loadSum *= factor;
        loadSquares *= factor;
        Arrays.setAll(products, i -> factor * products[i]);
        Arrays.setAll(takes, i -> factor * takes[i]);
        changes++;
    }

    /** Takes in the calls of another one. */
    void add(LoadRegression other) {
        takenSquares += other.takenSquares;
        weight += other.weight;
        sum += other.sum;
        promptTokens += other.promptTokens;
        answerTokens += other.answerTokens;
        loadWeight += other.loadWeight;
        loadSum += other.loadSum;
        loadSquares += other.loadSquares;
        Arrays.setAll(products, i -> products[i] + other.products[i]);
        Arrays.setAll(takes, i -> takes[i] + other.takes[i]);
        changes++;
    }

    boolean isEmpty() {
        return weight == 0;
    }

    /** What a call takes on average; {@code NaN} before the first. */
    public double mean() {
        // As of the coefficients.
        return (float) (sum / weight);
    }

    public double meanPromptTokens() {
        return promptTokens / weight;
    }

    public double meanAnswerTokens() {
        return answerTokens / weight;
    }

    /** Mean part of a step that a call had to bear; {@code NaN} if unknown. */
    double meanPart() {
        return loadSum / loadWeight;
    }

    /** Whether what a call takes depends on the load, as far as is known. */
    boolean followsLoad() {
        return loadWeight > 0;
    }

    /**
     * How well b / a is known from the calls, from 0 to 1: the part of its variance between the
     * models of a zoo that they explain. Of a regression on r, the error of the logarithm of b / a
     * is that of a, s / sqrt(n sum (r - mean r)^2), times (1 + mean r a / b) / a.
     *
     * @param ratio b / a as it is assumed to be, above 0
     */
    double ratioKnown(double ratio) {
        double variation = loadWeight > 0 ? loadSquares - loadSum * loadSum / loadWeight : 0;
        double a = typicalAlone(ratio);
        double[] c = coefficients(ratio);
        if (!(variation > 0 && a > 0 && c[1] + c[2] > 0)) {
            return 0;
        }
        double n = meanAnswerTokens();
        double relative = (1 + loadSum / loadWeight / ratio) / a;
        double error = noise(c) / (n * variation) * relative * relative;
        return Priors.BATCHED_VARIANCE / (Priors.BATCHED_VARIANCE + error);
    }

    /**
     * Logarithm of b / a, within bounds so that it is one.
     *
     * @param ratio b / a where the calls do not say, above 0
     */
    double logRatio(double ratio) {
        double[] c = coefficients(ratio);
        return Math.log(Math.max(LEAST_RATIO, Math.min(c[2] / c[1], MAX_RATIO)));
    }

    /** What a would be if b / a were as it is assumed to be. */
    private double typicalAlone(double ratio) {
        return sum / (answerTokens * (loadSum / loadWeight + ratio));
    }

    /**
     * Mean square of what calls are off, for each token of their answers, without bias: what is
     * fitted to few calls is off by less than what it says of others.
     */
    private double noise(double[] c) {
        double explained = 0;
        int at = 0;
        for (int i = 0; i < c.length; i++) {
            explained += 2 * c[i] * takes[i] - c[i] * c[i] * products[at++];
            for (int j = i + 1; j < c.length; j++) {
                explained -= 2 * c[i] * c[j] * products[at++];
            }
        }
        return Math.max(0, takenSquares - explained) / Math.max(1, weight - c.length);
    }

    /**
     * u, a and b.
     *
     * @param ratio b / a where the calls do not say, above 0
     */
    double[] coefficients(double ratio) {
        Solution known = solved;
        if (known == null || known.changes != changes || known.ratio != ratio) {
            known = new Solution(changes, ratio, solve(ratio));
            solved = known;
        }
        return known.coefficients;
    }

    /**
     * The prior is a call of mean lengths that says u = 0, and some that say b = ratio a: as many
     * as are as sure of it as models of a zoo are alike. Without them, loads and prompts that do
     * not vary would have a part of their own in what is noise.
     */
    private double[] solve(double ratio) {
        double[] c = solve(ratio, 1);
        if (followsLoad()) {
            double off = ratio * typicalAlone(ratio);
            double calls = noise(c) / (meanAnswerTokens() * Priors.BATCHED_VARIANCE * off * off);
            c = solve(ratio, Math.max(1, Math.min(calls, weight)));
        }
        // What is equal is to be equal: models of the same price take turns.
        for (int i = 0; i < c.length; i++) {
            c[i] = (float) c[i];
        }
        return c;
    }

    private double[] solve(double ratio, double calls) {
        double n = meanAnswerTokens();
        double p = meanPromptTokens();
        double ofLoad = followsLoad() ? calls * n * Math.min(1, loadWeight / weight) : 0;
        double[] a = products.clone();
        a[0] += p * p / n;
        a[3] += ofLoad * ratio * ratio;
        a[4] -= ofLoad * ratio;
        a[5] += ofLoad;
        return NonNegativeLeastSquares.solve(a, takes);
    }
}
