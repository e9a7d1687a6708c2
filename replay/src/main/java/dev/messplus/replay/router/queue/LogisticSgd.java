package dev.messplus.replay.router.queue;

/**
 * Logistic regression by stochastic gradient descent with momentum and weight decay, with the
 * settings that the authors of MESS+ give the head of their classifier.
 */
final class LogisticSgd {

    private static final double LEARNING_RATE = 0.0606;
    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 0.01;

    private final double[] weights;
    private final double[] velocity;

    LogisticSgd(int features) {
        weights = new double[features];
        velocity = new double[features];
    }

    /** Probability of a satisfying answer, 1/2 before the first step. */
    double forecast(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += weights[i] * x[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /**
     * One step down the gradient of the cross-entropy.
     *
     * @param score in [0, 1]
     */
    void learn(double[] x, double score) {
        double error = forecast(x) - score;
        for (int i = 0; i < x.length; i++) {
            double gradient = error * x[i] + WEIGHT_DECAY * weights[i];
            velocity[i] = MOMENTUM * velocity[i] + gradient;
            weights[i] -= LEARNING_RATE * velocity[i];
        }
    }
}
