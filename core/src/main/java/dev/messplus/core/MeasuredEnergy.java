package dev.messplus.core;

/**
 * The energy of an answer.
 *
 * @param joules at least 0; {@code NaN} if unknown
 * @param uncertaintyJoules half of the width of the interval around {@code joules} that has the
 *     true figure in it in 95 of 100 calls, at least 0; {@code NaN} if unknown
 * @param assumed whether {@code joules} teach nothing, though they were spent: they are the
 *     estimate made before the call, because nobody measured them, or an {@link EnergyCorrection}
 *     follows
 */
public record MeasuredEnergy(double joules, double uncertaintyJoules, boolean assumed) {

    public static final MeasuredEnergy UNKNOWN = of(Double.NaN);

    /** Joules of unknown uncertainty. */
    public static MeasuredEnergy of(double joules) {
        return new MeasuredEnergy(joules, Double.NaN, false);
    }

    boolean isKnown() {
        return !Double.isNaN(joules);
    }
}
