package dev.messplus.energy;

/**
 * The energy of one answer.
 *
 * @param joules at least 0 and finite; {@code NaN} when it could not be told
 * @param source where the joules come from, e.g. {@code cpu_time (estimated)}
 */
public record EnergyReading(double joules, String source) {

    /** Whether the joules could be told. */
    public boolean known() {
        return !Double.isNaN(joules);
    }
}
