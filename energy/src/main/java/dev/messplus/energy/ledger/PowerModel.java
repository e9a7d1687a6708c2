package dev.messplus.energy.ledger;

/**
 * The power of a device while it is idle and while calls are in flight, learned from the steps of
 * its counter. It splits the joules of a step between the two, and says what busy seconds probably
 * cost whose step has not come yet.
 *
 * <p>A step of J joules with i idle and b busy seconds is expected to take P_i i + P_b b. What it
 * takes more or less is split in proportion to the variances of the two parts: the conditional mean
 * of independent normal variables given their sum. Idle power hardly varies, so nearly all goes to
 * the calls, even if they were in flight for a small part of the step.
 *
 * <p>Not thread safe.
 */
final class PowerModel {

    private final Smoothed idlePower = new Smoothed();
    private final ShareRegression power = new ShareRegression();

    /** Squared deviations of a step's busy power from the mean, in square watts. */
    private final Smoothed drift = new Smoothed();

    /** The same times the busy seconds of the step. */
    private final Smoothed noise = new Smoothed();

    /** Discounted sums over steps in which calls were in flight. */
    private double joules;

    private double idleSeconds;
    private double busySeconds;
    private double unsureSquareSeconds;

    /** As of the last step: both are asked for with every call. */
    private double idleWatts = Double.NaN;

    private double busyWatts = Double.NaN;

    /** Lowest mean power of a recent step. */
    private double minWatts = Double.NaN;

    /**
     * Idle power in watts; {@code NaN} while it is not known. If calls were in flight in every
     * step, it is extrapolated from the steps in which they were rarely, if these say it.
     */
    double idleWatts() {
        return idleWatts;
    }

    private double learnedIdleWatts() {
        return idlePower.isKnown() ? idlePower.mean() : Math.min(minWatts, power.atZero());
    }

    /**
     * Power while calls are in flight, in watts; {@code NaN} while it is not known, or drowns in
     * the noise of the idle power. It is the mean over recent busy time, whatever the number of
     * calls.
     */
    double busyWatts() {
        return busyWatts;
    }

    private double learnedBusyWatts() {
        if (busySeconds * busySeconds <= unsureSquareSeconds) {
            return Double.NaN;
        }
        double meanWatts = joules / (idleSeconds + busySeconds);
        double restWatts = Math.min(idleWattsOr(meanWatts), meanWatts);
        double busyJoules = joules - restWatts * idleSeconds;
        boolean isNoise = Math.sqrt(idleVariance(restWatts)) * idleSeconds > busyJoules / 2;
        return isNoise ? Double.NaN : busyJoules / busySeconds;
    }

    /** Variance of the joules of that many busy seconds whose step has not come. */
    double variance(double seconds) {
        if (drift.count() < LedgerConstants.BUSY_DEVIATION_STEPS) {
            return guess(busyWatts * seconds);
        }
        // Noise adds up with the seconds, a drift with their square.
        return Math.max(noise.mean() * seconds, drift.mean() * seconds * seconds);
    }

    /**
     * Variance of what a call is still to be charged whose seconds ended a step, if that many of
     * them may be in the one step or the other.
     */
    double boundaryVariance(double seconds) {
        double above = (busyWatts - Math.min(idleWattsOr(busyWatts), busyWatts)) * seconds;
        return LedgerConstants.EITHER_SIDE_VARIANCE * above * above;
    }

    /** Prices the busy seconds of a step, and learns from it. */
    StepPrice price(StepMeasurement step) {
        StepPrice price = split(step);
        learn(step);
        return price.withIdle(idleWatts);
    }

    private StepPrice split(StepMeasurement step) {
        double busy = step.busySeconds();
        double idle = step.idleSeconds();
        if (busy <= 0) {
            return StepPrice.NONE;
        }
        if (idle <= 0) {
            double variance = Double.isNaN(busyWatts) ? guess(step.joules()) : variance(busy);
            return new StepPrice(step.joules() / busy, busy, variance, 1);
        }
        double restWatts = Math.min(idleWattsOr(step.watts()), step.watts());
        double idleVariance = idleVariance(restWatts) * idle * idle;
        double rest = step.joules() - restWatts * idle;
        if (Double.isNaN(busyWatts)) {
            // As sure as the idle power is: nothing else is known of the calls.
            double unsure =
                    LedgerConstants.EITHER_SIDE_VARIANCE
                            * step.unsureSquareSeconds()
                            * (rest / busy)
                            * (rest / busy);
            return new StepPrice(rest / busy, busy, idleVariance + unsure, 0);
        }
        double above = Math.max(0, busyWatts - restWatts);
        double busyVariance =
                variance(busy)
                        + LedgerConstants.EITHER_SIDE_VARIANCE
                                * above
                                * above
                                * step.unsureSquareSeconds();
        double explained = busyVariance > 0 ? busyVariance / (busyVariance + idleVariance) : 1;
        double expected = busyWatts * busy;
        double busyJoules = expected + explained * (rest - expected);
        // A device never draws less because of calls.
        double least = restWatts * busy;
        double known = Math.max(least, Math.min(busyJoules, step.joules()));
        return new StepPrice(known / busy, busy, busyVariance, explained);
    }

    /** Variance of joules before any step has shown how the busy power varies. */
    private static double guess(double joules) {
        return LedgerConstants.BUSY_DEVIATION * joules * LedgerConstants.BUSY_DEVIATION * joules;
    }

    private double idleVariance(double watts) {
        double least = LedgerConstants.IDLE_DEVIATION * watts;
        return Math.max(idlePower.variance(), least * least);
    }

    private double idleWattsOr(double other) {
        return Double.isNaN(idleWatts) ? other : idleWatts;
    }

    /** Learns from a step that nobody pays for. */
    void learn(StepMeasurement step) {
        if (step.seconds() <= 0) {
            return;
        }
        double watts = step.watts();
        minWatts =
                watts < minWatts
                        ? watts
                        : Smoothed.towards(minWatts, watts, LedgerConstants.MIN_POWER_RISE);
        power.add(step.busySeconds() / step.seconds(), watts);
        // A device never draws less because of calls.
        if (step.busySeconds() <= 0 || watts < idlePower.mean()) {
            idlePower.add(watts);
        }
        idleWatts = learnedIdleWatts();
        if (step.busySeconds() > 0) {
            learnBusy(step);
        }
        busyWatts = learnedBusyWatts();
    }

    private void learnBusy(StepMeasurement step) {
        boolean sure = step.idleSeconds() <= 0 || step.unsureSquareSeconds() <= 0;
        if (sure && !Double.isNaN(busyWatts)) {
            double idle = Math.min(idleWattsOr(step.watts()), step.watts()) * step.idleSeconds();
            double off = (step.joules() - idle) / step.busySeconds() - busyWatts;
            drift.add(off * off);
            noise.add(off * off * step.busySeconds());
        }
        double keep = 1 - LedgerConstants.POWER_SMOOTHING;
        joules = keep * joules + step.joules();
        idleSeconds = keep * idleSeconds + step.idleSeconds();
        busySeconds = keep * busySeconds + step.busySeconds();
        unsureSquareSeconds = keep * unsureSquareSeconds + step.unsureSquareSeconds();
    }
}
