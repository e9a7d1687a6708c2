package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Energy of attempts that returned no answer, or one that came too late: errors, timeouts, hedges.
 *
 * @param joules energy in joules as far as it is known, at least 0; {@code NaN} if there were no
 *     such attempts or nothing is known
 * @param unmetered how many of these attempts have unknown energy
 */
@RecordBuilder
public record FailedAttempts(
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double joules,
        int unmetered) {

    /** No such attempt. */
    public static final FailedAttempts NONE = new FailedAttempts(Double.NaN, 0);

    /**
     * Attempts that took joules in sum.
     *
     * @param sum of the joules that are known; 0 if none are
     */
    public static FailedAttempts of(double sum, int unmetered) {
        return new FailedAttempts(sum > 0 ? sum : Double.NaN, unmetered);
    }
}
