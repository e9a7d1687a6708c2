package dev.messplus.core.algorithm;

import dev.messplus.core.LabelSource;

/**
 * The right-hand side of the theorem in {@code docs/guarantee.md}, for one run of the rule.
 *
 * @param surplus delta, by which some model's expected score is above alpha on every prompt
 * @param forecastError eps
 * @param joulesSpread R, in joules
 * @param requests N
 * @param failure p, the probability that the theorem allows itself to fail
 */
record GuaranteeBound(
        double surplus, double forecastError, double joulesSpread, int requests, double failure) {

    /** eta: what a decision is to be ahead by, half of what could be. */
    private double ahead() {
        return (surplus - 2 * forecastError) / 2;
    }

    /**
     * P*, the pressure from which on every decision is ahead by eta, in requests.
     *
     * @param firstPrice lambda_0, in joules per unit of score
     * @param step G, in requests
     */
    double pressure(double firstPrice, double step) {
        double enough = joulesSpread / (surplus - 2 * forecastError - ahead());
        return step * Math.log(enough / firstPrice);
    }

    private double logarithm() {
        return Math.log(4.0 * requests * requests / failure);
    }

    /** C: what chance adds, in requests, where at most {@code inFlight} are in flight. */
    double chance(int inFlight) {
        double s = Math.min(8 * ahead(), Math.sqrt(8 * logarithm() / Math.max(1, inFlight)));
        return logarithm() / s + s * inFlight / 8;
    }

    /** What chance adds to the errors of labels, in requests. */
    double labelChance(LabelSource source) {
        double rated = Math.min(source.ratedGood(), source.ratedBad());
        if (rated == 1) {
            return 0;
        }
        double range = source.isSelective() ? 1 / rated : 1;
        return range * Math.sqrt(requests * logarithm() / 2);
    }
}
