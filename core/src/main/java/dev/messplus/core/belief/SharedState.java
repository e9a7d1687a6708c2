package dev.messplus.core.belief;

import dev.messplus.core.Priors;

/** What is known of the prompts of one SLA, whichever model answers. */
public final class SharedState {

    /** What forecasts are linear in. */
    public KernelFeatures kernel = new KernelFeatures();

    /** How well any model answers, by a prompt's regressors. */
    public LinearBelief accuracy = new LinearBelief();

    /** How alike the errors of forecasts are for one prompt. */
    public PromptNoise promptNoise = new PromptNoise();

    /** What a judge's scores say of people's. */
    public JudgeCalibration judge = new JudgeCalibration();

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
            forgetFeatures(t);
        }
        return other;
    }

    /**
     * Forgets what was learned of features.
     *
     * @param t number of the last request that has such features
     */
    public void forgetFeatures(long t) {
        otherFeaturesUntil = t;
        kernel = new KernelFeatures();
        accuracy = new LinearBelief();
    }

    /**
     * Begins where nothing was learned yet.
     *
     * @param expected accuracy that is expected of a model before the first label, in [0, 1]
     */
    void prepare(double expected) {
        if (accuracy.isEmpty()) {
            accuracy.begin(expected, Priors.SHARED_CONSTANT_VARIANCE, Priors.SHARED_SLOPE_VARIANCE);
        }
    }
}
