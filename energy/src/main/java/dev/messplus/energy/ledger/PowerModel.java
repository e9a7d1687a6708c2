package dev.messplus.energy.ledger;

/**
 * The power of a device while it is idle and while calls are in flight, learned from the steps of
 * its counter. It splits the joules of a step between the two, and tells what busy seconds probably
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

    /** Least weight of a step in a smoothed figure: about the last 20 steps count. */
    private static final double SMOOTHING = 0.05;

    /** Relative deviation of the busy power until as many steps have shown it. */
    private static final double BUSY_DEVIATION = 0.3;

    private static final long BUSY_DEVIATION_STEPS = 4;

    /**
     * Relative deviation of the idle power, at least: clocks and fans never stand quite still.
     * Without it, a call of a moment would pay for all noise of a long step.
     */
    private static final double IDLE_DEVIATION = 0.02;

    /** Variance of the side of a boundary that a slot is on, if either is as likely. */
    private static final double EITHER_SIDE_VARIANCE = 0.25;

    /** Rise of the lowest mean power per step, as a part of the way to that of the step. */
    private static final double LEAST_POWER_RISE = 0.01;

    private final Smoothed idlePower = new Smoothed(SMOOTHING);
    private final ShareRegression power = new ShareRegression(SMOOTHING);

    /** Squared deviations of a step's busy power from the mean, in square watts. */
    private final Smoothed drift = new Smoothed(SMOOTHING);

    /** The same times the busy seconds of the step. */
    private final Smoothed noise = new Smoothed(SMOOTHING);

    /** Discounted sums over steps in which calls were in flight. */
    private double joules;

    private double idleSeconds;
    private double busySeconds;
    private double unsureSquareSeconds;

    /** As of the last step: both are asked for with every call. */
    private double idleWatts = Double.NaN;

    private double busyWatts = Double.NaN;

    /** Lowest mean power of a recent step. */
    private double leastWatts = Double.NaN;

    /**
     * Idle power in watts; {@code NaN} while it is not known. If calls were in flight in every
     * step, it is extrapolated from the steps in which they were rarely.
     */
    double idleWatts() {
        return idleWatts;
    }

    private double learnedIdleWatts() {
        return idlePower.isKnown()
                ? idlePower.mean()
                : Math.min(leastWatts, Math.max(0, power.atShare(0)));
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

    /** Variance of the joules of so many busy seconds whose step has not come. */
    double variance(double seconds) {
        if (drift.count() < BUSY_DEVIATION_STEPS) {
            return guess(busyWatts * seconds);
        }
        // Noise adds up with the seconds, a drift with their square.
        return Math.max(noise.mean() * seconds, drift.mean() * seconds * seconds);
    }

    /**
     * Variance of what a call is still to be charged whose seconds ended a step, if so many of them
     * may be in the one step or the other.
     */
    double boundaryVariance(double seconds) {
        double above = (busyWatts - Math.min(idleWattsOr(busyWatts), busyWatts)) * seconds;
        return EITHER_SIDE_VARIANCE * above * above;
    }

    /** Prices the busy seconds of a step, and learns from it. */
    StepPrice price(StepMeasurement step) {
        StepPrice price = split(step);
        learn(step);
        return price;
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
            // As sure as the idle power is: nothing else tells of the calls.
            double unsure =
                    EITHER_SIDE_VARIANCE
                            * step.unsureSquareSeconds()
                            * (rest / busy)
                            * (rest / busy);
            return new StepPrice(rest / busy, busy, idleVariance + unsure, 0);
        }
        double above = Math.max(0, busyWatts - restWatts);
        double busyVariance =
                variance(busy) + EITHER_SIDE_VARIANCE * above * above * step.unsureSquareSeconds();
        double told = busyVariance > 0 ? busyVariance / (busyVariance + idleVariance) : 1;
        double expected = busyWatts * busy;
        double busyJoules = expected + told * (rest - expected);
        // A device never draws less because of calls.
        double least = restWatts * busy;
        double known = Math.max(least, Math.min(busyJoules, step.joules()));
        return new StepPrice(known / busy, busy, busyVariance, told);
    }

    /** Variance of joules before any step has shown how the busy power varies. */
    private static double guess(double joules) {
        return BUSY_DEVIATION * joules * BUSY_DEVIATION * joules;
    }

    private double idleVariance(double watts) {
        double least = IDLE_DEVIATION * watts;
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
        leastWatts =
                watts < leastWatts || Double.isNaN(leastWatts)
                        ? watts
                        : leastWatts + LEAST_POWER_RISE * (watts - leastWatts);
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
        double keep = 1 - SMOOTHING;
        joules = keep * joules + step.joules();
        idleSeconds = keep * idleSeconds + step.idleSeconds();
        busySeconds = keep * busySeconds + step.busySeconds();
        unsureSquareSeconds = keep * unsureSquareSeconds + step.unsureSquareSeconds();
    }
}
