package dev.messplus.core.cost;

import dev.messplus.core.Priors;

/**
 * What a typical request costs with each model of a zoo, as of the last {@link #look}. Logarithms
 * are only taken of what changed since the look before, because most decisions find all as it was.
 */
public final class Prices {

    private final WorkModel[] models;

    /** Joules per model as last seen. */
    private final double[] joules;

    /** Their logarithms. */
    private final double[] logs;

    private double typical;

    /** Logarithm of {@link #typical}; {@code NaN} while that is 0. */
    private double logTypical = Double.NaN;

    /** Prices of models in the order of the zoo. */
    public Prices(WorkModel[] models) {
        this.models = models;
        joules = new double[models.length];
        logs = new double[models.length];
    }

    /** Geometric mean of the known joules of the models that are not free; 0 if there are none. */
    public double typical() {
        return typical;
    }

    /**
     * What the joules of a model say of its accuracy before its labels do: {@link
     * Priors#SCORE_PER_LOG_JOULES} times the logarithm of joules over typical ones, within bounds.
     *
     * @return in units of score; 0 if nobody knows
     */
    public double advantage(int m) {
        return advantage(joules[m], logs[m]);
    }

    /**
     * The same of a model that may have left the zoo.
     *
     * @param itsJoules joules of a typical request; {@code NaN} if unknown
     */
    public double advantage(double itsJoules) {
        return advantage(itsJoules, Math.log(itsJoules));
    }

    private double advantage(double itsJoules, double log) {
        if (!(itsJoules > 0 && typical > 0)) {
            return 0;
        }
        double advantage = Priors.SCORE_PER_LOG_JOULES * (log - logTypical);
        return Math.max(
                -Priors.MAX_PRICE_ADVANTAGE, Math.min(advantage, Priors.MAX_PRICE_ADVANTAGE));
    }

    /** Least known joules of the models that are not free; 0 if there are none. */
    public double lowest() {
        double lowest = Double.POSITIVE_INFINITY;
        for (double known : joules) {
            lowest = known > 0 ? Math.min(lowest, known) : lowest;
        }
        return lowest == Double.POSITIVE_INFINITY ? 0 : lowest;
    }

    /** Highest known joules of a model; 0 if none are known. */
    public double highest() {
        double highest = 0;
        for (double known : joules) {
            highest = known > highest ? known : highest;
        }
        return highest;
    }

    /** Joules to use: an unmetered model is assumed to cost as much as the most expensive one. */
    public double orHighest(double joulesOrNaN) {
        return Double.isNaN(joulesOrNaN) ? highest() : joulesOrNaN;
    }

    /**
     * What a second answer takes from the exploration budget: its joules, or what is typical while
     * nobody knows them, and something even if it is free.
     */
    public static double probeCost(double joules, double typicalJoules) {
        double unit = typicalJoules > 0 ? typicalJoules : 1;
        return Double.isNaN(joules) ? unit : Math.max(joules, Priors.MIN_PROBE_COST * unit);
    }

    /** Looks at what is known now. */
    public void look() {
        boolean changed = false;
        for (int m = 0; m < joules.length; m++) {
            double now = models[m].typicalJoules();
            if (Double.compare(now, joules[m]) != 0) {
                joules[m] = now;
                logs[m] = Math.log(now);
                changed = true;
            }
        }
        if (changed) {
            average();
        }
    }

    private void average() {
        double sum = 0;
        int known = 0;
        for (int m = 0; m < joules.length; m++) {
            if (joules[m] > 0) {
                sum += logs[m];
                known++;
            }
        }
        logTypical = sum / known;
        typical = known == 0 ? 0 : Math.exp(logTypical);
    }
}
