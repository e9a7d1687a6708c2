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

    /** The pressure P that the decision was made under, in requests. */
    public double pressure;

    /**
     * Indices of the models, the one to ask first, and then any that are to be asked as well. The
     * others are what to fall back on, in turn, and those that are unavailable the last resort.
     */
    public final int[] ranking;

    /**
     * How many models are available: the first of the ranking, at least one. All count as available
     * when none is.
     */
    public int available;

    /** How many models are to be asked: the first of the ranking. */
    public int asked = 1;

    /** Predicted accuracy per model index. */
    public final double[] accuracy;

    /** Estimated joules per model index; {@code NaN} where nothing was measured yet. */
    public final double[] joules;

    /**
     * Standard deviation of the predicted accuracy per model index, as far as it is the model's
     * own.
     */
    final double[] deviation;

    /** Estimated joules of the model that is asked beside, within the budget; 0 without one. */
    double probeJoules;

    final double[] objective;
    final boolean[] absent;

    /** A decision over {@code models} models. */
    public Decision(int models) {
        ranking = new int[models];
        accuracy = new double[models];
        joules = new double[models];
        deviation = new double[models];
        objective = new double[models];
        absent = new boolean[models];
    }

    /** Index of the model whose answer is expected to be served. */
    public int chosen() {
        return ranking[0];
    }

    /**
     * Puts the models in order of rising objective, those that are absent behind the others, and of
     * two alike the later one first, which counts as stronger. Insertion sort, for a zoo is small.
     */
    void rank() {
        for (int i = 0; i < ranking.length; i++) {
            int at = i;
            while (at > 0 && yields(ranking[at - 1], i)) {
                ranking[at] = ranking[at - 1];
                at--;
            }
            ranking[at] = i;
        }
    }

    /** Moves a model to the front, or to the place after. */
    void promote(int model, int place) {
        int at = place;
        while (ranking[at] != model) {
            at++;
        }
        System.arraycopy(ranking, place, ranking, place + 1, at - place);
        ranking[place] = model;
    }

    private boolean yields(int model, int later) {
        return absent[model] == absent[later]
                ? objective[model] >= objective[later]
                : absent[model];
    }
}
