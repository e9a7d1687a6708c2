package dev.messplus.core.algorithm;

import dev.messplus.core.LabelSource;

/**
 * The right-hand side of the theorem in {@code docs/guarantee.md}, for one run of the rule.
 *
 * @param surplus delta, by which some policy's expected score is above alpha on average
 * @param forecastError eps
 * @param ahead eta: what decisions of a high price are to be ahead by, in (0, delta - 2 eps)
 * @param joulesSpread R, in joules
 * @param requests N
 * @param failure p, the probability that the theorem allows itself to fail
 */
record GuaranteeBound(
        double surplus,
        double forecastError,
        double ahead,
        double joulesSpread,
        int requests,
        double failure) {

    /**
     * P*, the pressure from which on decisions are ahead by eta on average, in requests.
     *
     * @param firstPrice lambda_0, in joules per unit of score
     * @param step G, in requests
     */
    double pressure(double firstPrice, double step) {
        double enough = joulesSpread / (surplus - 2 * forecastError - ahead);
        return step * Math.log(enough / firstPrice);
    }

    /** l. */
    private double logarithm() {
        return Math.log(4.0 * requests / failure);
    }

    /** C: what chance adds, in requests, where at most {@code inFlight} are in flight. */
    double chance(int inFlight) {
        double s = Math.min(8 * ahead, Math.sqrt(8 * logarithm() / Math.max(1, inFlight)));
        return logarithm() / s + s * inFlight / 8;
    }

    /**
     * The same where forecasts are right by what is revealed alone.
     *
     * @param delay requests by which a label comes later than its decision, at most
     */
    double chanceOfWhatIsHidden(int delay) {
        double s = Math.min(8 * ahead, 4 * Math.sqrt(logarithm()));
        double ofDrift = delay * (2 * logarithm() / s + s / 8);
        return Math.min(ofDrift, Math.sqrt(delay * (requests + 2.0 * delay) * logarithm()));
    }

    /** What chance adds to the errors of labels, in requests. */
    double labelChance(LabelSource source) {
        double rated = Math.min(source.ratedGood(), source.ratedBad());
        if (rated == 1) {
            return 0;
        }
        return Math.sqrt(requests * logarithm()) / rated;
    }
}
