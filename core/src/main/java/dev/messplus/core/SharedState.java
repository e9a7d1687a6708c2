package dev.messplus.core;

/** What is known of the prompts of one SLA, whichever model answers. */
public final class SharedState {

    /** Accuracy of any model, before anything is known. */
    private static final double CONSTANT = 0.5;

    private static final double CONSTANT_VARIANCE = 0.05;

    /** Prompts differ far more in how hard they are than models in how well they do on them. */
    private static final double SLOPE_VARIANCE = 0.5;

    /** How well any model answers. */
    public LinearBelief accuracy = new LinearBelief();

    /** Mean features of the prompts labelled; empty before the first. */
    public float[] centre = {};

    /** Labels that mean is over. */
    public long labels;

    /** What makes the features, by name; empty where an earlier release did not say. */
    public String embedding = "";

    /** The t of the last request whose features something else made; 0 if there is none. */
    public long otherFeaturesUntil;

    /**
     * Has features be made by {@code name} from now on.
     *
     * @param t of the last request
     * @return whether they were made by something else before, so that what was learned of them is
     *     worth nothing
     */
    boolean embedWith(String name, long t) {
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

    /** Begins anew if features are not as many as before. */
    void prepare(int dimensions) {
        if (!accuracy.isOver(dimensions)) {
            accuracy.begin(dimensions, CONSTANT, CONSTANT_VARIANCE, SLOPE_VARIANCE);
            centre = new float[0];
            labels = 0;
        }
    }

    /** Takes in the features of a prompt that a label came for. */
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
