package dev.messplus.core;

/** What is known of the prompts of one SLA, whichever model answers. */
public final class SharedState {

    /** How well any model answers, by a prompt's features. */
    public LinearBelief accuracy = new LinearBelief();

    /** Mean features of the labelled prompts: the typical prompt; empty before the first. */
    public float[] centre = {};

    /** Labels that the mean is over. */
    public long labels;

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
    boolean useEmbedding(String name, long t) {
        boolean other = !embedding.isEmpty() && !embedding.equals(name);
        embedding = name;
        if (other) {
            otherFeaturesUntil = t;
            accuracy = new LinearBelief();
            centre = new float[0];
            labels = 0;
        }
        return other;
    }

    /** Begins with labelled prompts around a centre, whose features an embedding made. */
    void begin(String name, float[] typical, long labelled) {
        embedding = name;
        centre = typical;
        labels = labelled;
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
            centre = new float[0];
            labels = 0;
        }
    }

    /** Takes the features of a labelled prompt into the mean. */
    void include(float[] features) {
        if (centre.length != features.length) {
            centre = new float[features.length];
        }
        labels++;
        for (int i = 0; i < centre.length; i++) {
            centre[i] += (features[i] - centre[i]) / labels;
        }
    }
}
