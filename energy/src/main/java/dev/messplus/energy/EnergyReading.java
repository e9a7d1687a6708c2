package dev.messplus.energy;

/**
 * The energy of one call.
 *
 * @param joules at least 0 and finite; {@code NaN} if not known
 * @param idleJoules those among {@code joules} that the device would have drawn without any call,
 *     from 0 to {@code joules}; 0 if the idle policy leaves them out, or if no device is read
 * @param uncertaintyJoules half of the width of the interval around {@code joules} that has the
 *     true figure in it in 95 of 100 calls, at least 0: two standard deviations; {@code NaN} if not
 *     known
 * @param source where the joules come from and how: the label of the source, and in brackets what
 *     was done to its figures. {@code nvml} alone is measured; {@code nvml (interpolated)} is
 *     extrapolated from earlier readings; {@code (integrated)} is power integrated over time;
 *     {@code (by tokens)} is a share by tokens; {@value #ESTIMATED} is not measured at all
 */
public record EnergyReading(
        double joules, double idleJoules, double uncertaintyJoules, String source) {

    /** Marks a source that estimates. */
    public static final String ESTIMATED = " (estimated)";

    /** The idle joules of unknown ones are unknown. */
    public EnergyReading {
        idleJoules = Math.min(idleJoules, joules);
    }

    /** A reading of unknown uncertainty, and of no device. */
    public EnergyReading(double joules, String source) {
        this(joules, 0, Double.NaN, source);
    }

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
