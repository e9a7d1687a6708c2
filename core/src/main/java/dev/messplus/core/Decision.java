package dev.messplus.core;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * What {@code MessPlus.decide} decided. One instance is reused, so that deciding allocates nothing.
 * Read or admit a decision before you ask for the next, and keep no part of it: the arrays are
 * reused as well.
 */
public final class Decision {

    /** How the models were chosen. */
    public Mode mode = Mode.EXPLOIT;

    /** Number of the request, from 1. */
    public long t;

    /** The pressure P that the decision was made under, in requests; Q by the paper's rule. */
    public double pressure;

    /**
     * Indices of the models: those to ask first, the chosen one before any other. The next ones are
     * the fallbacks, in turn. Unavailable models stand at the end.
     */
    public final int[] ranking;

    /**
     * How many models are available: the first of the ranking, at least one. All count as available
     * when none is.
     */
    public int available;

    /** How many models are to be asked: the first of the ranking, at least one. */
    public int asked = 1;

    /** Forecast accuracy per model index. */
    public final double[] accuracy;

    /** Forecast of the label per model index: where a judge scores, of what it will say. */
    public final double[] labelForecast;

    /**
     * Price per model index, in joules: what sending the request to the model adds; {@code NaN}
     * where there is neither a measurement nor a prior.
     */
    public final double[] joules;

    /** What the books are expected to charge the call, in joules; {@code NaN} like the price. */
    public final double[] chargeJoules;

    /** The prompt. */
    public Prompt prompt = new Prompt(new float[0], 0, 0);

    /** By how many standard deviations forecasts are taken to be too low, at least 0. */
    public double optimism;

    /** What the ranking orders the models by, per model index; the least comes first. */
    public final double[] objective;

    /** What a unit of the objective is worth, in joules. */
    public double joulesPerObjective = 1;

    /** Typical joules of a model of the zoo; 0 while nobody knows. */
    public double typicalJoules;

    /**
     * Orders models of the same objective, by model index: the lower value comes first. It is a
     * function because that is rarely asked.
     */
    public IntToDoubleFunction precedence = model -> 0;

    public final boolean[] unavailable;

    /** Joules that the second model of the ranking takes from the exploration budget, or 0. */
    public double probeJoules;

    /** Whether the second model's own reserve pays for it, and not the common allowance. */
    public boolean reserved;

    /**
     * Which further models to ask once the first ones have answered; {@code null} if none are,
     * whatever their scores.
     */
    public AnswerPlan plan;

    /** Index of the model that the plan asks after a first answer of score 0; -1 if none. */
    public int planned = -1;

    /** Whether people are to audit the answer that is served. */
    public boolean audited;

    /** What a judge's scores say, where several answers may come; {@code null} otherwise. */
    public JudgeReading reading;

    /** A decision over {@code models} models. */
    public Decision(int models) {
        ranking = new int[models];
        accuracy = new double[models];
        labelForecast = new double[models];
        joules = new double[models];
        chargeJoules = new double[models];
        objective = new double[models];
        unavailable = new boolean[models];
    }

    /** Index of the model whose answer is expected to be served. */
    public int chosen() {
        return ranking[0];
    }

    /** The price of a model, in joules; what is typical while nobody knows it. */
    public double joulesOrTypical(int model) {
        return Double.isNaN(joules[model]) ? typicalJoules : joules[model];
    }

    /** How much worse a model is than the chosen one, in joules, at least 0. */
    public double regretJoules(int model) {
        return joulesPerObjective * Math.max(0, objective[model] - objective[chosen()]);
    }

    /** Begins the decision with this number, once it is known which models are unavailable. */
    public void begin(long number) {
        t = number;
        asked = 1;
        optimism = 0;
        probeJoules = 0;
        reserved = false;
        plan = null;
        planned = -1;
        available = 0;
        for (boolean missing : unavailable) {
            available += missing ? 0 : 1;
        }
        if (available == 0) {
            Arrays.fill(unavailable, false);
            available = ranking.length;
        }
    }

    /** Whether exploring compares models: not while only one of several is available. */
    public boolean canExplore() {
        return available > 1 || ranking.length == 1;
    }

    /** Asks every available model, the one of the best forecast first. */
    public void askAll() {
        for (int m = 0; m < ranking.length; m++) {
            objective[m] = -accuracy[m];
        }
        rank();
        asked = available;
    }

    /**
     * Orders the models by rising objective, then by rising precedence, the unavailable ones behind
     * the others. Insertion sort, because a zoo is small.
     */
    public void rank() {
        for (int i = 0; i < ranking.length; i++) {
            int at = i;
            while (at > 0 && yields(ranking[at - 1], i)) {
                ranking[at] = ranking[at - 1];
                at--;
            }
            ranking[at] = i;
        }
    }

    /** Moves a model forward to a place of the ranking. */
    public void promote(int model, int place) {
        int at = place;
        while (ranking[at] != model) {
            at++;
        }
        System.arraycopy(ranking, place, ranking, place + 1, at - place);
        ranking[place] = model;
    }

    private boolean yields(int model, int later) {
        if (unavailable[model] != unavailable[later]) {
            return unavailable[model];
        }
        return objective[model] == objective[later]
                ? precedence.applyAsDouble(model) >= precedence.applyAsDouble(later)
                : objective[model] > objective[later];
    }
}
