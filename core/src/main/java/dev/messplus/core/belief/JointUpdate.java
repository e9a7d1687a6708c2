package dev.messplus.core.belief;

import java.util.ArrayList;
import java.util.List;

/**
 * Has the beliefs of several models learn from many labels at once, from their sums alone.
 *
 * <p>A label of model m is A = (s + o_m)^T x + noise of variance v, with the shared weights s ~
 * N(mu, S) and the model's own o_m ~ N(mu_m, O_m), all independent. The exact posterior of all
 * weights together depends on the labels by G_m = sum x x^T / v and h_m = sum A x / v alone. With
 *
 * <pre>
 *   K_m = (O_m^-1 + G_m)^-1                   r_m = h_m - G_m (mu + mu_m)
 *   W_m = O_m^-1 - O_m^-1 K_m O_m^-1          the precision of s that m's labels add
 * </pre>
 *
 * <p>its parts are, with the new S in d and O_m,
 *
 * <pre>
 *   S   &lt;- (S^-1 + sum_m W_m)^-1              mu   &lt;- mu + d,  d = S sum_m O_m^-1 K_m r_m
 *   O_m &lt;- K_m + K_m G_m S G_m K_m            mu_m &lt;- mu_m + K_m (r_m - G_m d)
 * </pre>
 *
 * <p>Beliefs are kept apart, so their correlation is neglected, once for all labels of the update.
 * For a single label this is {@link LinearBelief#kalmanUpdate}, which neglects it after every
 * label. As there, covariances then drift towards the prior, for as many labels.
 *
 * <p>Every covariance is an inverse or a sum of positive definite matrices, so it stays one however
 * many labels there are. The time does not depend on their number either.
 */
public final class JointUpdate {

    private final LinearBelief shared;
    private final double noise;
    private final List<Labels> labels = new ArrayList<>();

    /**
     * An update without any label yet.
     *
     * @param shared what all models share
     * @param noise v, variance of a label around its forecast, above 0
     */
    public JointUpdate(LinearBelief shared, double noise) {
        this.shared = shared;
        this.noise = noise;
    }

    /** Labels of a model, and what is known of its own weights. */
    private record Labels(LinearBelief own, LabelSums sums) {}

    /** A model's own weights: O_m^-1, G_m, K_m, K_m O_m^-1 and r_m. */
    private record OwnWeights(
            Labels labels,
            double[][] precision,
            double[][] g,
            double[][] k,
            double[][] kPrecision,
            double[] r) {}

    /** A belief, and what it is to be. */
    private record Posterior(LinearBelief belief, double[] step, double[] covariance, long labels) {

        boolean isFinite() {
            return Double.isFinite(Matrices.sum(step) + Matrices.sum(covariance));
        }

        void apply() {
            belief.move(step, covariance, labels);
        }
    }

    /**
     * Takes in the labels of a model.
     *
     * @param own what is known of its own weights
     * @param sums moments of as many features as the beliefs are over
     */
    void add(LinearBelief own, LabelSums sums) {
        labels.add(new Labels(own, sums));
    }

    /**
     * Has every belief become its part of the posterior. Nothing is learned where sums are not
     * finite, or so large that nothing but rounding is left of what was known.
     */
    public void finish() {
        if (labels.isEmpty()) {
            return;
        }
        List<Posterior> posteriors;
        try {
            posteriors = posteriors(labels.stream().map(this::ownWeights).toList());
        } catch (ArithmeticException e) {
            return;
        }
        if (posteriors.stream().allMatch(Posterior::isFinite)) {
            posteriors.forEach(Posterior::apply);
        }
    }

    private OwnWeights ownWeights(Labels learned) {
        double[][] g = Matrices.unpack(learned.sums.moments, 1 / noise);
        double[][] precision = Matrices.inverse(Matrices.unpack(learned.own.covariance, 1));
        double[][] k = Matrices.inverse(Matrices.sum(precision, g));
        double[][] kPrecision = Matrices.times(k, precision);
        return new OwnWeights(learned, precision, g, k, kPrecision, unexplained(learned, g));
    }

    /** r_m = h_m - G_m (mu + mu_m). */
    private double[] unexplained(Labels learned, double[][] g) {
        double[] mean = learned.own.weights.clone();
        Matrices.add(mean, shared.weights);
        double[] rest = Matrices.times(g, mean);
        for (int i = 0; i < rest.length; i++) {
            rest[i] = learned.sums.scoreMoments[i] / noise - rest[i];
        }
        return rest;
    }

    private List<Posterior> posteriors(List<OwnWeights> models) {
        double[][] precision = Matrices.inverse(Matrices.unpack(shared.covariance, 1));
        double[] linear = new double[precision.length];
        long rows = 0;
        for (OwnWeights own : models) {
            Matrices.add(precision, own.precision);
            Matrices.subtract(precision, Matrices.symmetricProduct(own.precision, own.kPrecision));
            Matrices.add(linear, Matrices.times(own.precision, Matrices.times(own.k, own.r)));
            rows += own.labels.sums.rows;
        }
        double[][] covariance = Matrices.inverse(precision);
        double[] step = Matrices.times(covariance, linear);

        List<Posterior> posteriors = new ArrayList<>();
        posteriors.add(new Posterior(shared, step, Matrices.pack(covariance), rows));
        models.forEach(own -> posteriors.add(posterior(own, step, covariance)));
        return posteriors;
    }

    private static Posterior posterior(
            OwnWeights own, double[] sharedStep, double[][] sharedCovariance) {
        double[] rest = own.r.clone();
        Matrices.subtract(rest, Matrices.times(own.g, sharedStep));
        // G_m K_m = 1 - O_m^-1 K_m = (1 - K_m O_m^-1)^T
        double[][] gk = Matrices.oneMinusTransposed(own.kPrecision);
        double[][] covariance = Matrices.symmetricProduct(gk, Matrices.times(sharedCovariance, gk));
        Matrices.add(covariance, own.k);
        return new Posterior(
                own.labels.own,
                Matrices.times(own.k, rest),
                Matrices.pack(covariance),
                own.labels.sums.rows);
    }
}
