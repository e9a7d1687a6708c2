package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Energy of an answer. Unknown joules are {@code NaN} from the meter to the estimator, and absent
 * from JSON; with them, nothing else is known.
 *
 * @param joules at least 0; {@code NaN} if unknown
 * @param idleJoules those among {@code joules} that the device would have drawn without any call,
 *     from 0 to {@code joules}; 0 if the idle policy leaves them out, or if no device is read
 * @param uncertaintyJoules half of the width of the interval around {@code joules} that has the
 *     true figure in it in 95 of 100 calls, at least 0; {@code NaN} if unknown
 * @param source where the joules come from; ends in {@value #ESTIMATED} unless they were measured;
 *     {@code null} if unknown
 * @param assumed whether {@code joules} are the job's own estimate because the meter was
 *     unavailable: they are counted, but not learned from
 * @param provisional whether {@code joules} are counted, but not learned from, because a {@link
 *     Correction} follows
 */
@RecordBuilder
public record Energy(
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double joules,
        double idleJoules,
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double uncertaintyJoules,
        String source,
        boolean assumed,
        boolean provisional) {

    private static final String ESTIMATED = "(estimated)";

    /** Nothing is known. */
    public static final Energy UNKNOWN =
            new Energy(Double.NaN, Double.NaN, Double.NaN, null, false, false);

    public Energy {
        idleJoules = Math.min(idleJoules, joules);
        if (Double.isNaN(joules)) {
            uncertaintyJoules = Double.NaN;
            source = null;
            assumed = false;
            provisional = false;
        }
    }

    /** Whether the joules are known. */
    public boolean isKnown() {
        return !Double.isNaN(joules);
    }

    /** Whether the joules are known and estimated. */
    public boolean isEstimated() {
        return source != null && source.endsWith(ESTIMATED);
    }
}
