package dev.messplus.energy;

/**
 * The energy of one answer.
 *
 * @param joules at least 0 and finite; {@code NaN} if not known
 * @param source where the joules come from, e.g. {@code nvml}; ends in {@value #ESTIMATED} unless
 *     they were measured
 */
public record EnergyReading(double joules, String source) {

    /** Marks a source that estimates. */
    public static final String ESTIMATED = " (estimated)";

    /** Whether the joules are known. */
    public boolean known() {
        return !Double.isNaN(joules);
    }

    /**
     * The reading to use if the joules are not known.
     *
     * @param estimatedJoules the router's own estimate
     */
    public EnergyReading assuming(double estimatedJoules) {
        String missing = source.replace(ESTIMATED, "");
        return new EnergyReading(
                estimatedJoules, "running estimate without " + missing + ESTIMATED);
    }
}
