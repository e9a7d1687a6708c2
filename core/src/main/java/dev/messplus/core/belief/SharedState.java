package dev.messplus.core.belief;

import dev.messplus.core.Priors;

/** What is known of the prompts of one SLA, whichever model answers. */
public final class SharedState {

    /** How well any model answers, by a prompt's features. */
    public LinearBelief accuracy = new LinearBelief();

    /** Name of the embedding that makes the features; empty before the first. */
    public String embedding = "";

    /** Number t of the last request whose features another embedding made; 0 if there is none. */
    public long otherFeaturesUntil;

    /**
     * Has features come from another embedding from now on.
     *
     * @param t number of the last request
     * @return whether they came from a different one before, so that what was learned of them is
     *     gone
     */
    public boolean useEmbedding(String name, long t) {
        boolean other = !embedding.isEmpty() && !embedding.equals(name);
        embedding = name;
        if (other) {
            otherFeaturesUntil = t;
            accuracy = new LinearBelief();
        }
        return other;
    }

    /**
     * Begins anew if features are not as many as before.
     *
     * @param expected accuracy that is expected of a model before the first label, in [0, 1]
     */
    void prepare(int dimensions, double expected) {
        if (!accuracy.isOver(dimensions)) {
            accuracy.begin(
                    dimensions,
                    expected,
                    Priors.SHARED_CONSTANT_VARIANCE,
                    Priors.SHARED_SLOPE_VARIANCE);
        }
    }
}
