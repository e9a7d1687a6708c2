package dev.messplus.energy.ledger;

/**
 * The line through the mean power of steps over the share of their time in which calls were in
 * flight, by least squares, weighted towards recent steps. Not thread safe.
 */
final class ShareRegression {

    private long count;
    private double meanShare;
    private double meanWatts;
    private double variance;
    private double wattsVariance;
    private double covariance;

    void add(double share, double watts) {
        count++;
        double weight = Math.max(1.0 / count, LedgerConstants.POWER_SMOOTHING);
        double shareOff = share - meanShare;
        double wattsOff = watts - meanWatts;
        meanShare += weight * shareOff;
        meanWatts += weight * wattsOff;
        variance = (1 - weight) * (variance + weight * shareOff * shareOff);
        wattsVariance = (1 - weight) * (wattsVariance + weight * wattsOff * wattsOff);
        covariance = (1 - weight) * (covariance + weight * shareOff * wattsOff);
    }

    /** Power at a share of 0, in watts; {@code NaN} if the steps do not say it. */
    double atZero() {
        double watts = meanWatts - covariance / variance * meanShare;
        // A device never draws less because of calls.
        boolean isSure =
                covariance >= 0 && errorAtZero() <= LedgerConstants.EXTRAPOLATION_ERROR * watts;
        return variance > LedgerConstants.MIN_SHARE_VARIANCE && isSure ? watts : Double.NaN;
    }

    /** The standard error of the line at a share of 0, in watts; infinite for two steps. */
    private double errorAtZero() {
        double steps = Math.min(count, 2 / LedgerConstants.POWER_SMOOTHING - 1);
        double rest = Math.max(0, wattsVariance - covariance * covariance / variance);
        return Math.sqrt(rest * (1 + meanShare * meanShare / variance) / Math.max(0, steps - 2));
    }
}
