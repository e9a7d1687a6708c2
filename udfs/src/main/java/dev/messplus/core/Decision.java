package dev.messplus.core;

/**
 * What {@link MessPlus#decide} decided. One instance serves decision after decision; read it before
 * the next one.
 */
public final class Decision {

    /** How the models were chosen. */
    public Mode mode = Mode.EXPLOIT;

    /** Number of the request, from 1. */
    public long t;

    /** The queue's pressure the decision was made under, in requests. */
    public double pressure;

    /**
     * Indices of the models, the one to ask first. When exploring, all are to be asked, the most
     * accurate by prediction stands first; otherwise the others are what to fall back on, in turn.
     */
    public final int[] ranking;

    /** Predicted accuracy per model index. */
    public final double[] accuracy;

    /** Estimated joules per model index; {@code NaN} where nothing was measured yet. */
    public final double[] joules;

    final double[] objective;

    /** A decision over {@code models} models. */
    public Decision(int models) {
        ranking = new int[models];
        accuracy = new double[models];
        joules = new double[models];
        objective = new double[models];
    }

    /** Index of the model whose answer is expected to be served. */
    public int chosen() {
        return ranking[0];
    }

    /**
     * Puts the models in order of rising objective, and of two alike the later one first, which
     * counts as stronger. Insertion sort, for a zoo is small.
     */
    void rank() {
        for (int i = 0; i < ranking.length; i++) {
            int at = i;
            while (at > 0 && objective[ranking[at - 1]] >= objective[i]) {
                ranking[at] = ranking[at - 1];
                at--;
            }
            ranking[at] = i;
        }
    }
}
