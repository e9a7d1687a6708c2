package dev.messplus.energy.ledger;

/**
 * The line through the mean power of steps over the share of their time in which calls were in
 * flight, by least squares, weighted towards recent steps. Not thread safe.
 */
final class ShareRegression {

    private final double minWeight;
    private long count;
    private double meanShare;
    private double meanWatts;
    private double variance;
    private double covariance;

    /**
     * Without any step.
     *
     * @param minWeight weight of each step once there are more than its inverse
     */
    ShareRegression(double minWeight) {
        this.minWeight = minWeight;
    }

    void add(double share, double watts) {
        count++;
        double weight = Math.max(1.0 / count, minWeight);
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
