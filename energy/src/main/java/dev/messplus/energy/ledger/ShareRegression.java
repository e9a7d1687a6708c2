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
    private double covariance;

    void add(double share, double watts) {
        count++;
        double weight = Math.max(1.0 / count, LedgerConstants.POWER_SMOOTHING);
        double shareOff = share - meanShare;
        double wattsOff = watts - meanWatts;
        meanShare += weight * shareOff;
        meanWatts += weight * wattsOff;
        variance = (1 - weight) * (variance + weight * shareOff * shareOff);
        covariance = (1 - weight) * (covariance + weight * shareOff * wattsOff);
    }

    /** Power at a share, in watts; {@code NaN} if the shares of all steps were the same. */
    double atShare(double share) {
        return variance > LedgerConstants.MIN_SHARE_VARIANCE
                ? meanWatts + Math.max(0, covariance / variance) * (share - meanShare)
                : Double.NaN;
    }
}
