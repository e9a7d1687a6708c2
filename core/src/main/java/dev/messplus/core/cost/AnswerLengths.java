package dev.messplus.core.cost;

import dev.messplus.core.Priors;
import java.util.Arrays;

/**
 * The distribution of the lengths N of one model's answers, in tokens, online and with forgetting.
 * Observations may be censored: of an answer that was cut at its maximum, or of a call that was
 * given up, it is only known that N would have been larger.
 *
 * <p>The estimator of Kaplan and Meier ("Nonparametric Estimation from Incomplete Observations",
 * 1958) on 34 bins, whose edges are the powers of the square root of 2 in whole tokens: 0, 1, 2, 3,
 * 4, 6, 8, 11, up to {@link #MAX_TOKENS}. A longer answer counts as one of {@link #MAX_TOKENS}.
 * Inside a bin N is uniform, but the mean over a whole bin is exact.
 *
 * <p>Beside what was observed stand pseudo-answers, {@link Priors#LENGTH_PRIOR_ANSWERS} of them
 * before the first observation and fewer with every further one. They are log-logistic of shape 2,
 * which is nearly log-normal, with a mean of some {@link Priors#TYPICAL_COMPLETION_TOKENS}: half of
 * them have at most 127 tokens, 99% at most 1,267. Where even the longest observation is censored,
 * they alone say what lies beyond: of an answer that is known to have at least n tokens, far above
 * the mean, 2 n are expected.
 */
public final class AnswerLengths {

    /** The longest length that is told apart, in tokens. */
    public static final int MAX_TOKENS = 1 << 17;

    private static final int BINS = 34;

    /** Bin i holds the lengths above edge i, up to and including edge i + 1. */
    private static final double[] EDGES = edges();

    /** Share of the pseudo-answers in each bin. */
    private static final double[] PRIOR = prior();

    /**
     * The most that the pseudo-answers count in the mean: they say what lies beyond the
     * observations, and nothing of what was observed, or one short answer would be expected to be a
     * long one.
     */
    private static final double PRIOR_OF_MEAN = 1e-3;

    /** A smaller weight is none. Without a bound, it becomes too small to compute with quickly. */
    private static final double NEGLIGIBLE = 1e-100;

    /** Discounted number of answers that ended in each bin. */
    public double[] ended = new double[BINS];

    /** Discounted sum of their tokens. */
    public double[] endedTokens = new double[BINS];

    /**
     * Discounted number of observations that were censored at the end of each bin. One that was
     * censored inside a bin counts there with the share of the bin that it lasted for, and with the
     * rest at the end of the bin before.
     */
    public double[] censored = new double[BINS];

    /**
     * Takes in an answer.
     *
     * @param tokens its length; if censored, the least that it would have had
     * @param isCensored whether it is only known that the answer has no fewer tokens
     * @param weight of the observation, normally 1
     */
    public void add(double tokens, boolean isCensored, double weight) {
        scale(Priors.LENGTH_FORGETTING);
        double length = Math.max(0, Math.min(tokens, MAX_TOKENS));
        int bin = bin(length);
        if (!isCensored) {
            ended[bin] += weight;
            endedTokens[bin] += weight * length;
            return;
        }
        double lasted = (length - EDGES[bin]) / width(bin);
        censored[bin] += weight * lasted;
        if (bin > 0) {
            censored[bin - 1] += weight * (1 - lasted);
        }
    }

    /**
     * Adds what others observed, of which it is not known whether it came before or after. Weights
     * add up; if the others' observations came later, {@link #scale} before by {@link
     * Priors#LENGTH_FORGETTING} to the power of their number, and this is exact.
     */
    public void add(AnswerLengths other) {
        for (int i = 0; i < BINS; i++) {
            ended[i] += other.ended[i];
            endedTokens[i] += other.endedTokens[i];
            censored[i] += other.censored[i];
        }
    }

    /** Multiplies the weight of all that was observed. */
    public void scale(double factor) {
        for (int i = 0; i < BINS; i++) {
            ended[i] = scaled(ended[i], factor);
            endedTokens[i] = scaled(endedTokens[i], factor);
            censored[i] = scaled(censored[i], factor);
        }
    }

    /** Discounted number of observations; a censored one of no tokens says nothing and is none. */
    public double weight() {
        double weight = 0;
        for (int i = 0; i < BINS; i++) {
            weight += ended[i] + censored[i];
        }
        return weight;
    }

    /**
     * The mean length of an answer that is cut at a maximum, E[min(N, maxTokens)].
     *
     * @param maxTokens in whole tokens; 0 or less for no maximum
     * @return in tokens
     */
    public double mean(double maxTokens) {
        double most = mostTokens(maxTokens);
        double weight = weight();
        double prior = Math.min(PRIOR_OF_MEAN, priorAnswers(weight));
        double atRisk = weight + prior;
        double longer = 1;
        double mean = 0;
        for (int i = 0; i < BINS && EDGES[i] < most; i++) {
            double ending = ended[i] + prior * PRIOR[i];
            double ends = longer * share(ending, atRisk);
            double meanInBin = (endedTokens[i] + prior * PRIOR[i] * middle(i)) / ending - EDGES[i];
            double whole = width(i) * (longer - ends) + ends * meanInBin;
            double seen = most - EDGES[i];
            // The sum of P(N > k) over the tokens k of the bin that are below the maximum.
            double part = seen * longer - ends / width(i) * seen * (seen - 1) / 2;
            mean += seen >= width(i) ? whole : Math.min(part, whole);
            longer -= ends;
            atRisk -= ending + censored[i];
        }
        return mean;
    }

    /**
     * The length that a share of answers do not exceed, if they are cut at a maximum.
     *
     * @param share above 0 and below 1
     * @param maxTokens as for {@link #mean}
     * @return in tokens
     */
    public double quantile(double share, double maxTokens) {
        double most = mostTokens(maxTokens);
        double weight = weight();
        double prior = priorAnswers(weight);
        double atRisk = weight + prior;
        double longer = 1;
        for (int i = 0; i < BINS && EDGES[i] < most; i++) {
            double ending = ended[i] + prior * PRIOR[i];
            double ends = longer * share(ending, atRisk);
            if (longer - ends <= 1 - share) {
                double inBin = width(i) * (longer - (1 - share)) / ends;
                return Math.min(EDGES[i] + inBin, most);
            }
            longer -= ends;
            atRisk -= ending + censored[i];
        }
        return most;
    }

    private static double mostTokens(double maxTokens) {
        return maxTokens > 0 ? Math.min(maxTokens, MAX_TOKENS) : MAX_TOKENS;
    }

    /** Pseudo-answers beside observations of this weight: their share falls with its square. */
    private static double priorAnswers(double weight) {
        double answers = Priors.LENGTH_PRIOR_ANSWERS;
        return answers * answers / (answers + weight);
    }

    /** Of those that are left, as many as {@code atRisk}, which rounding may have made too few. */
    private static double share(double ending, double atRisk) {
        return ending < atRisk ? ending / atRisk : 1;
    }

    private static double scaled(double weight, double factor) {
        double scaled = weight * factor;
        return scaled < NEGLIGIBLE ? 0 : scaled;
    }

    private static int bin(double length) {
        int found = Arrays.binarySearch(EDGES, length);
        int above = found >= 0 ? found : -found - 1;
        return Math.max(0, above - 1);
    }

    private static double width(int bin) {
        return EDGES[bin + 1] - EDGES[bin];
    }

    /** Mean of the whole numbers of tokens in a bin. */
    private static double middle(int bin) {
        return (EDGES[bin] + 1 + EDGES[bin + 1]) / 2;
    }

    private static double[] edges() {
        double[] edges = new double[BINS + 1];
        for (int i = 1; i <= BINS; i++) {
            edges[i] = Math.rint(Math.pow(2, i / 2.0));
        }
        return edges;
    }

    private static double[] prior() {
        double[] prior = new double[BINS];
        for (int i = 0; i < BINS; i++) {
            prior[i] = priorBeyond(EDGES[i]) - (i + 1 < BINS ? priorBeyond(EDGES[i + 1]) : 0);
        }
        return prior;
    }

    /** Share of the pseudo-answers that are longer. Of shape 2, the mean is pi / 2 scales. */
    private static double priorBeyond(double tokens) {
        double scales = Math.PI / 2 * tokens / Priors.TYPICAL_COMPLETION_TOKENS;
        return 1 / (1 + scales * scales);
    }
}
