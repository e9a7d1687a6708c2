package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Energy of calls that returned no answer, such as failed attempts, timeouts and hedges.
 *
 * @param joules energy in joules as far as it is known, at least 0; {@code NaN} if there were no
 *     such calls or nothing is known
 * @param unmetered how many of these calls have unknown energy
 */
@RecordBuilder
public record FailedCalls(
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double joules,
        int unmetered) {

    /** No such call. */
    public static final FailedCalls NONE = new FailedCalls(Double.NaN, 0);

    /**
     * Calls that took joules in sum.
     *
     * @param sum of the joules that are known; 0 if none are
     */
    public static FailedCalls of(double sum, int unmetered) {
        return new FailedCalls(sum > 0 ? sum : Double.NaN, unmetered);
    }
}
