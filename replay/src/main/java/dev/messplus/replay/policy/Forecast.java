package dev.messplus.replay.policy;

/**
 * What is forecast of each model's answer to a prompt.
 *
 * @param accuracy Ahat_m, in [0, 1]
 * @param joules E_m, at least 0
 */
record Forecast(double[] accuracy, double[] joules) {

    /**
     * argmin_m E_m - price Ahat_m; of two alike the one of higher accuracy.
     *
     * @param price in joules per unit of score, at least 0
     */
    int model(double price) {
        int best = 0;
        for (int m = 1; m < joules.length; m++) {
            double gain = price * (accuracy[m] - accuracy[best]) - (joules[m] - joules[best]);
            if (gain > 0 || (gain == 0 && accuracy[m] > accuracy[best])) {
                best = m;
            }
        }
        return best;
    }

    /**
     * The model that is chosen next as the price rises, of two alike the one of higher accuracy.
     *
     * @param model that is chosen at some price
     * @return {@code model} itself if it is chosen at every higher price
     */
    int next(int model) {
        int next = model;
        for (int m = 0; m < joules.length; m++) {
            if (accuracy[m] > accuracy[model]) {
                double price = priceOf(model, m);
                double least = next == model ? Double.POSITIVE_INFINITY : priceOf(model, next);
                if (price < least || (price == least && accuracy[m] > accuracy[next])) {
                    next = m;
                }
            }
        }
        return next;
    }

    /** The price at which two models are alike. */
    double priceOf(int model, int more) {
        return (joules[more] - joules[model]) / (accuracy[more] - accuracy[model]);
    }
}
