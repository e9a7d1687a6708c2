package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a judge's scores say of people's: a small Bayesian regression, learned from audits alone.
 *
 * <p>With j the judge's score of an answer of model m, and Jhat the forecast of it that was made
 * without it, people's score s is
 *
 * <pre>
 *   s = Jhat - b - b_m + (beta_1 - 1) (Jhat - 1/2) + beta_2 (j - Jhat) + e
 * </pre>
 *
 * <p>b is the bias that the judge has for all models, and b_m what it has for one of them beside
 * that. beta_1 is how much more people see in the differences between forecasts than the judge, and
 * beta_2 how much of what the judge says beyond its forecast is true. The posterior of these
 * weights is Gaussian (Bishop, "Pattern Recognition and Machine Learning", 2006, 3.3), with the
 * covariance of all of them, and e of a variance that is learned. As in {@link LinearBelief}, the
 * covariance moves a little towards the prior's with every audit, so that the judge may change.
 *
 * <p><b>Why it may be wrong.</b> A constant for every model has the errors s - g of the audits of
 * each add up to nearly 0, whatever the judge does, and whether or not s depends on j in this way:
 * the regression estimator of survey sampling (Särndal, Swensson, Wretman, "Model Assisted Survey
 * Sampling", 1992, 6.4), and prediction-powered inference with a learned weight (Angelopoulos,
 * Duchi, Zrnic, "PPI++", 2023).
 *
 * <p><b>The past.</b> {@link #counted} is the sum of the regressors of the answers that count as
 * what the judge says, over about a window. So an audit says by how much their sum of scores
 * changes.
 */
public final class JudgeCalibration {

    private static final int BIAS = 0;
    private static final int FORECAST_SLOPE = 1;
    private static final int ANSWER_SLOPE = 2;

    /** Where the bias of the first model stands. */
    private static final int OWN = 3;

    /** Ids of the models, in the order of the zoo. */
    public List<String> models = new ArrayList<>();

    /**
     * Expected weights b, beta_1 - 1, beta_2, and b_m of each model; empty before the first use.
     */
    public double[] weights = {};

    /** Covariance of the weights: the lower triangle, row by row. */
    public double[] covariance = {};

    /** Discounted sum of the regressors of answers that nobody audits, see above. */
    public double[] counted = {};

    /** Audits learned from. */
    public long audits;

    /** Discounted number of audits. */
    public double errorWeight;

    /** Discounted sum of their squared errors s - g. */
    public double squaredErrors;

    /** An estimate and its standard deviation, in units of score or as a slope. */
    public record Weight(double mean, double deviation) {}

    /** Whether nothing was ever counted or learned: then the judge is taken at its word. */
    public boolean isEmpty() {
        return weights.length == 0;
    }

    /**
     * Has these models, in this order. A model that is new begins with the prior, and one that left
     * is forgotten.
     */
    public void use(List<String> ids) {
        if (!isEmpty() && models.equals(ids)) {
            return;
        }
        int n = OWN + ids.size();
        double[] oldWeights = isEmpty() ? new double[] {0, 0, Priors.JUDGE_ANSWER_SLOPE} : weights;
        double[] newWeights = Arrays.copyOf(oldWeights, OWN);
        newWeights = Arrays.copyOf(newWeights, n);
        double[] newCounted = Arrays.copyOf(Arrays.copyOf(counted, OWN), n);
        double[] newCovariance = new double[packed(n)];
        int[] from = new int[n];
        for (int i = 0; i < n; i++) {
            from[i] = i < OWN ? i : OWN + models.indexOf(ids.get(i - OWN));
            boolean known = !isEmpty() && (i < OWN || from[i] >= OWN);
            from[i] = known ? from[i] : -1;
            if (known) {
                newWeights[i] = weights[from[i]];
                newCounted[i] = counted[from[i]];
            }
            for (int k = 0; k < i; k++) {
                newCovariance[packed(i) + k] =
                        known && from[k] >= 0 ? covariance(from[i], from[k]) : 0;
            }
            newCovariance[packed(i) + i] = known ? covariance(from[i], from[i]) : priorVariance(i);
        }
        weights = newWeights;
        counted = newCounted;
        covariance = newCovariance;
        models = new ArrayList<>(ids);
    }

    private double covariance(int i, int k) {
        return i >= k ? covariance[packed(i) + k] : covariance[packed(k) + i];
    }

    private static double priorVariance(int weight) {
        return switch (weight) {
            case BIAS -> Priors.JUDGE_BIAS_VARIANCE;
            case FORECAST_SLOPE -> Priors.JUDGE_FORECAST_SLOPE_VARIANCE;
            case ANSWER_SLOPE -> Priors.JUDGE_ANSWER_SLOPE_VARIANCE;
            default -> Priors.JUDGE_OWN_BIAS_VARIANCE;
        };
    }

    /**
     * What people are expected to say of an answer that the judge has not scored.
     *
     * @param model index in the zoo; -1 for one that is not in it
     * @param forecast Jhat
     */
    public double expected(int model, double forecast) {
        return expectedSum(model, forecast, 1);
    }

    /** The same of several answers, of the sum of their forecasts. */
    public double expectedSum(int model, double forecasts, double answers) {
        if (isEmpty()) {
            return forecasts;
        }
        double bias = weights[BIAS] + (model < 0 ? 0 : weights[OWN + model]);
        return forecasts - answers * bias + weights[FORECAST_SLOPE] * (forecasts - answers / 2);
    }

    /**
     * g, what people are expected to say of an answer that the judge has scored. It may lie a
     * little outside [0, 1].
     *
     * @param judged j
     */
    public double expected(int model, double forecast, double judged) {
        double slope = isEmpty() ? Priors.JUDGE_ANSWER_SLOPE : weights[ANSWER_SLOPE];
        return expected(model, forecast) + slope * (judged - forecast);
    }

    /**
     * An answer counts as g.
     *
     * @param horizon answers that are remembered, at least 1
     */
    public void count(int model, double forecast, double judged, double horizon) {
        double keep = 1 - 1 / horizon;
        for (int i = 0; i < counted.length; i++) {
            counted[i] *= keep;
        }
        double[] x = regressors(model, forecast, judged);
        for (int i = 0; i < x.length; i++) {
            counted[i] += x[i];
        }
    }

    /**
     * As long as nobody audited an answer, takes b to be such that those that count are worth this
     * on average: for scores on a scale of their own, of whose average nothing else is known.
     *
     * @param average in [0, 1]
     * @return by how much the sum of scores of the {@link #counted} answers is now higher; 0 after
     *     the first audit
     */
    public double assume(double average) {
        if (audits > 0) {
            return 0;
        }
        double answers = -counted[BIAS];
        double sum = counted[FORECAST_SLOPE] + answers / 2;
        for (int i = 0; i < counted.length; i++) {
            sum += weights[i] * counted[i];
        }
        double change = answers * average - sum;
        weights[BIAS] -= change / answers;
        covariance[packed(BIAS) + BIAS] = Priors.SIGNAL_BIAS_VARIANCE;
        return change;
    }

    private double[] regressors(int model, double forecast, double judged) {
        double[] x = new double[weights.length];
        x[BIAS] = -1;
        x[FORECAST_SLOPE] = forecast - 0.5;
        x[ANSWER_SLOPE] = judged - forecast;
        if (model >= 0) {
            x[OWN + model] = -1;
        }
        return x;
    }

    /**
     * Learns from an audit: the Kalman filter's update.
     *
     * @param judged j; Jhat where the judge said nothing
     * @param score s, in [0, 1]
     * @return by how much the sum of scores of the {@link #counted} answers is now higher
     */
    public double learn(int model, double forecast, double judged, double score) {
        double[] x = regressors(model, forecast, judged);
        int n = x.length;
        double[] px = new double[n];
        double error = score - forecast;
        double variance = errorVariance();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                px[i] += covariance(i, k) * x[k];
            }
            error -= weights[i] * x[i];
            variance += px[i] * x[i];
        }
        double drift = Priors.JUDGE_DRIFT_PER_AUDIT;
        double change = 0;
        for (int i = 0; i < n; i++) {
            double gain = px[i] / variance;
            weights[i] += gain * error;
            change += gain * error * counted[i];
            for (int k = 0; k <= i; k++) {
                int at = packed(i) + k;
                covariance[at] = (1 - drift) * (covariance[at] - gain * px[k]);
            }
            covariance[packed(i) + i] += drift * priorVariance(i);
        }
        double keep = 1 - 1.0 / Priors.DEVIATION_LABELS;
        errorWeight = keep * errorWeight + 1;
        squaredErrors = keep * squaredErrors + error * error;
        audits++;
        return change;
    }

    /** Variance of people's score around g. */
    public double errorVariance() {
        double prior = Priors.DEVIATION_PRIOR_LABELS;
        return (prior * Priors.LABEL_VARIANCE + squaredErrors) / (prior + errorWeight);
    }

    /** b + b_m: by how much the judge scores a typical answer of the model too high. */
    public Weight bias(String model) {
        int m = models.indexOf(model);
        if (m < 0) {
            return new Weight(
                    isEmpty() ? 0 : weights[BIAS],
                    Math.sqrt(
                            (isEmpty() ? priorVariance(BIAS) : covariance(BIAS, BIAS))
                                    + priorVariance(OWN)));
        }
        int own = OWN + m;
        double variance = covariance(BIAS, BIAS) + covariance(own, own) + 2 * covariance(own, BIAS);
        return new Weight(weights[BIAS] + weights[own], Math.sqrt(variance));
    }

    /**
     * Variance of b_m alone, as if b, beta_1 and beta_2 were known: what only audits of this model
     * say. It is the last pivot of a Cholesky decomposition (the Schur complement).
     *
     * @param model index in the zoo
     */
    public double ownVariance(int model) {
        if (isEmpty()) {
            return priorVariance(OWN);
        }
        double[][] root = new double[OWN + 1][OWN + 1];
        for (int i = 0; i <= OWN; i++) {
            int row = i < OWN ? i : OWN + model;
            for (int k = 0; k <= i; k++) {
                double left = covariance(row, k < OWN ? k : row);
                for (int j = 0; j < k; j++) {
                    left -= root[i][j] * root[k][j];
                }
                root[i][k] = i == k ? Math.sqrt(left) : left / root[k][k];
            }
        }
        return root[OWN][OWN] * root[OWN][OWN];
    }

    /** beta_1. */
    public Weight forecastSlope() {
        Weight more = weight(FORECAST_SLOPE, 0);
        return new Weight(1 + more.mean, more.deviation);
    }

    /** beta_2. */
    public Weight answerSlope() {
        return weight(ANSWER_SLOPE, Priors.JUDGE_ANSWER_SLOPE);
    }

    private Weight weight(int i, double prior) {
        return isEmpty()
                ? new Weight(prior, Math.sqrt(priorVariance(i)))
                : new Weight(weights[i], Math.sqrt(covariance(i, i)));
    }

    /**
     * Probability that the judge says nothing worth knowing of single answers: that beta_2 is below
     * {@link Priors#JUDGE_LEAST_SLOPE}.
     */
    public double probabilityOfSayingNothing() {
        Weight slope = answerSlope();
        return normal((Priors.JUDGE_LEAST_SLOPE - slope.mean) / slope.deviation);
    }

    /** Whether the judge is found out: its scores say nothing, with near certainty. */
    public boolean saysNothing() {
        return probabilityOfSayingNothing() > Priors.JUDGE_FOUND_OUT_PROBABILITY;
    }

    /** The standard normal distribution, to some 10^-3, by the logistic approximation of it. */
    private static double normal(double z) {
        return 1 / (1 + Math.exp(-z * (1.5976 + 0.070565 * z * z)));
    }

    /** Where a row of the lower triangle begins. */
    private static int packed(int row) {
        return row * (row + 1) / 2;
    }
}
