package dev.messplus.replay.policy;

/**
 * MESS+ as published (arXiv 2505.19947), straight from the paper and apart from the product:
 *
 * <pre>
 *   Q(1) = 0, x_m = 0
 *   for t = 1, 2, ...
 *     X_t ~ Bernoulli(p_t),  p_t = min(1, c / t^(1/3))
 *     X_t = 1:  ask every model,  x_m &lt;- x_m - eta grad (Ahat(x_m, a_t) - A_m(t))^2,
 *               m* = argmax_m A_m(t)
 *     X_t = 0:  m* = argmin_m  V E_m(t) + Q(t) (alpha - Ahat(x_m, a_t))
 *     Q(t+1) = max(0, Q(t) + alpha - A_m*(t))
 * </pre>
 *
 * <p>Ahat(x_m, a) = w_m . a + b_m, and eta = .1. The paper leaves open which of two alike is m*.
 * This follows the product: of equal answers the one that was predicted to be best, and of equal
 * predictions or objectives the later model's. Weights are floats and sums are doubles, as the
 * product has them, so that not even rounding differs.
 */
final class PaperTranscription {

    private static final double ETA = .1;

    private final double alpha;
    private final double v;
    private final double c;
    private final float[][] w;
    private final float[] b;
    private double q;
    private long t;

    PaperTranscription(double alpha, double v, double c, int models, int dimensions) {
        this.alpha = alpha;
        this.v = v;
        this.c = c;
        w = new float[models][dimensions];
        b = new float[models];
    }

    /**
     * What a step came to.
     *
     * @param x X_t
     * @param ahat the predictions it began with
     * @param q the Q it began with
     * @param served m*
     */
    record Step(boolean x, double[] ahat, double q, int served) {}

    /**
     * Step t.
     *
     * @param uniform in [0, 1), what X_t comes from
     * @param a the prompt's features
     * @param energy E_m(t), as known before any call
     * @param accuracy A_m(t)
     */
    Step step(double uniform, float[] a, double[] energy, double[] accuracy) {
        t++;
        double p = Math.min(1, c / Math.cbrt((double) t));
        boolean x = uniform < p;
        double[] ahat = new double[w.length];
        for (int m = 0; m < w.length; m++) {
            ahat[m] = predict(m, a);
        }
        int served = 0;
        for (int m = 0; m < w.length; m++) {
            if (x) {
                descend(m, a, accuracy[m], ahat[m]);
                served = isBetter(m, served, accuracy, ahat) ? m : served;
            } else if (objective(energy[m], ahat[m]) <= objective(energy[served], ahat[served])) {
                served = m;
            }
        }
        Step step = new Step(x, ahat, q, served);
        q = Math.max(0, q + alpha - accuracy[served]);
        return step;
    }

    /** Of equal accuracies, the one that was predicted to be better: argmax leaves it open. */
    private static boolean isBetter(int m, int than, double[] accuracy, double[] ahat) {
        return accuracy[m] == accuracy[than] ? ahat[m] >= ahat[than] : accuracy[m] > accuracy[than];
    }

    private double objective(double energy, double ahat) {
        return v * energy + q * (alpha - ahat);
    }

    private double predict(int m, float[] a) {
        double sum = b[m];
        for (int i = 0; i < a.length; i++) {
            sum += w[m][i] * a[i];
        }
        return sum;
    }

    /** The gradient of (w . a + b - A)^2 is 2 (w . a + b - A) times a for w, and times 1 for b. */
    private void descend(int m, float[] a, double accuracy, double ahat) {
        double slope = 2 * (ahat - accuracy);
        for (int i = 0; i < a.length; i++) {
            w[m][i] -= (float) (ETA * slope * a[i]);
        }
        b[m] -= (float) (ETA * slope);
    }
}
