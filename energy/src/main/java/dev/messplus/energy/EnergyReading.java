package dev.messplus.energy;

/**
 * The energy of one answer.
 *
 * @param joules at least 0 and finite; {@code NaN} when it could not be told
 * @param source where the joules come from, e.g. {@code nvml}; ends in {@code (estimated)} unless
 *     measured
 */
public record EnergyReading(double joules, String source) {

    /** What marks a source that does not measure. */
    public static final String ESTIMATED = " (estimated)";

    /** Whether the joules could be told. */
    public boolean known() {
        return !Double.isNaN(joules);
    }

    /** What the router itself expected, in place of what could not be told. */
    public EnergyReading assuming(double estimatedJoules) {
        String what = source.replace(ESTIMATED, "");
        return new EnergyReading(estimatedJoules, "running estimate without " + what + ESTIMATED);
    }
}
