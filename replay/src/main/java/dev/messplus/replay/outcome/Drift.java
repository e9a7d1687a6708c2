package dev.messplus.replay.outcome;

import java.util.Arrays;

/** A change of the models while requests arrive. Joules stay what they are. */
public enum Drift {
    /** Nothing changes. */
    NONE(1, 1),
    /** From the middle of the run on, the most accurate model scores half as well. */
    WORSE(1 / 2., 1),
    /** From the middle of the run on, the cheapest model scores as the most accurate one does. */
    BETTER(1 / 2., 1),
    /** From a sixth of the run to its middle, all models score half as well. */
    OUTAGE(1 / 6., 1 / 2.);

    private final double from;
    private final double to;

    /** A change from one share of the run to another. */
    Drift(double from, double to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Whether it has changed the models when a request arrives.
     *
     * @param request its number, from 0
     * @param requests number of requests of the run
     */
    boolean holds(int request, int requests) {
        return request >= from * requests && request < to * requests;
    }

    /**
     * The scores of the answers to a request while the change holds.
     *
     * @param healthy the scores without it, which are not changed
     * @param cheapest index of the model of least mean joules
     * @param best index of the model of largest mean score
     */
    double[] scores(double[] healthy, int cheapest, int best) {
        double[] scores = healthy.clone();
        switch (this) {
            case NONE -> {}
            case WORSE -> scores[best] /= 2;
            case BETTER -> scores[cheapest] = scores[best];
            case OUTAGE -> Arrays.setAll(scores, m -> healthy[m] / 2);
        }
        return scores;
    }
}
