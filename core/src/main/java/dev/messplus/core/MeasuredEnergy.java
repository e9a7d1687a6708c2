package dev.messplus.core;

/**
 * The energy of an answer, and the work that it was used for.
 *
 * @param joules at least 0; {@code NaN} if unknown
 * @param idleJoules the part of {@code joules} that the devices would have drawn without any call,
 *     at least 0
 * @param uncertaintyJoules half of the width of the interval around {@code joules} that has the
 *     true figure in it in 95 of 100 calls, at least 0; {@code NaN} if unknown
 * @param assumed whether {@code joules} teach nothing, though they were spent: they are the
 *     estimate made before the call, because nobody measured them, or an {@link EnergyCorrection}
 *     follows
 * @param work what the call took of its server
 */
public record MeasuredEnergy(
        double joules,
        double idleJoules,
        double uncertaintyJoules,
        boolean assumed,
        CallWork work) {

    public static final MeasuredEnergy UNKNOWN = of(Double.NaN);

    /** Joules of unknown uncertainty and work. */
    public static MeasuredEnergy of(double joules) {
        return new MeasuredEnergy(joules, 0, Double.NaN, false, CallWork.UNKNOWN);
    }

    boolean isKnown() {
        return !Double.isNaN(joules);
    }
}
