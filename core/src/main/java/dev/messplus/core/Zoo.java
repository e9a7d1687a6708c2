package dev.messplus.core;

import java.util.List;
import java.util.Map;

/** The models of one SLA: what is known of each, and what it says of a prompt. */
final class Zoo {

    /** Standard deviation of a label around the model's mean. */
    private static final double LABEL_DEVIATION = 0.45;

    private final Policy policy;
    private final List<String> ids;
    private final SharedState shared;
    private final ModelState[] models;
    private final Map<String, Long> asked;

    Zoo(Policy policy, List<String> ids, SlaState sla, SharedState shared, ModelState[] models) {
        if (ids.isEmpty() || ids.size() != models.length) {
            throw new IllegalArgumentException(
                    "zoo: must have as many models as there are states and at least one, had "
                            + ids.size()
                            + " for "
                            + models.length);
        }
        this.policy = policy;
        this.ids = List.copyOf(ids);
        this.shared = shared;
        this.models = models;
        asked = sla.asked;
        asked.keySet().retainAll(ids);
    }

    int size() {
        return models.length;
    }

    String id(int m) {
        return ids.get(m);
    }

    ModelState model(int m) {
        return models[m];
    }

    SharedState shared() {
        return shared;
    }

    /** A model that left the zoo still answers for its requests, but nothing is learned of it. */
    ModelState model(String id) {
        int m = ids.indexOf(id);
        return m < 0 ? new ModelState() : models[m];
    }

    boolean contains(String id) {
        return ids.contains(id);
    }

    /** Has features be made by {@code name}; returns whether that changed what is known. */
    boolean embedWith(String name, long t) {
        if (!shared.embedWith(name, t)) {
            return false;
        }
        for (ModelState model : models) {
            model.accuracy.forgetFeatures();
        }
        return true;
    }

    /** Counts that a model of the zoo is asked. */
    void ask(int m) {
        asked.merge(ids.get(m), 1L, Long::sum);
    }

    /** Times a model was asked, or labelled under a release that did not count. */
    long tried(int m) {
        return Math.max(asked.getOrDefault(ids.get(m), 0L), models[m].accuracy.labels);
    }

    /** Whether no label of any model has come. */
    boolean isBlind() {
        for (ModelState model : models) {
            if (model.accuracy.labels > 0) {
                return false;
            }
        }
        return true;
    }

    /** Fills in accuracies, their deviations and joules. */
    void predict(Decision d, float[] features, int promptTokens, int maxTokens) {
        if (policy.learner() == Policy.Learner.BAYES) {
            shared.prepare(features.length);
        }
        for (int m = 0; m < models.length; m++) {
            AccuracyPredictor accuracy = models[m].accuracy;
            accuracy.prepare(policy.learner(), features.length, rank(m));
            d.accuracy[m] = accuracy.predict(policy.learner(), shared, features);
            d.deviation[m] = accuracy.deviation(features);
            d.joules[m] = models[m].energy.estimate(promptTokens, maxTokens);
        }
    }

    /** Has beliefs begin where there are none: labels can come before the first decision. */
    void begin(int dimensions) {
        if (policy.learner() != Policy.Learner.BAYES) {
            return;
        }
        if (shared.accuracy.isEmpty()) {
            shared.prepare(dimensions);
        }
        for (int m = 0; m < models.length; m++) {
            AccuracyPredictor accuracy = models[m].accuracy;
            if (accuracy.own.isEmpty()) {
                accuracy.prepare(policy.learner(), dimensions, rank(m));
            }
        }
    }

    void learn(ModelState model, float[] features, double score) {
        model.accuracy.learn(policy.learner(), shared, features, score, policy.learningRate());
    }

    double predict(ModelState model, float[] features) {
        return model.accuracy.predict(policy.learner(), shared, features);
    }

    /** The weight V in force, for joules as they are. */
    double perJoule() {
        double reference = policy.normaliseEnergy() ? joules(surest()) : 1;
        return v() / (reference > 0 ? reference : 1);
    }

    double v() {
        return policy.effectiveV(accuracy(surest()));
    }

    /** Joules to reckon with: a model that nobody measures counts as dear as the dearest. */
    double joules(double estimate) {
        return Double.isNaN(estimate) ? dearestJoules() : estimate;
    }

    /** The dearest model counts as the strongest, and one of unknown price as dearer than any. */
    double strength(int m) {
        double joules = models[m].energy.typicalJoules();
        return Double.isNaN(joules) ? Double.MAX_VALUE : joules;
    }

    /**
     * The model that is most surely accurate on a typical prompt: by the expectation less a
     * standard deviation of the mean of as many labels, so that a model that joins has to prove
     * itself before it is what others are measured by.
     */
    private int surest() {
        int surest = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int m = 0; m < models.length; m++) {
            double sure =
                    accuracy(m) - LABEL_DEVIATION / Math.sqrt(models[m].accuracy.labels + 1.0);
            if (sure > most) {
                most = sure;
                surest = m;
            }
        }
        return surest;
    }

    /** Expected accuracy on a typical prompt. */
    private double accuracy(int m) {
        return policy.learner() == Policy.Learner.BAYES
                ? predict(models[m], shared.centre)
                : models[m].accuracy.mean;
    }

    private double joules(int m) {
        return joules(models[m].energy.typicalJoules());
    }

    private double dearestJoules() {
        double dearest = 0;
        for (ModelState model : models) {
            double joules = model.energy.typicalJoules();
            dearest = joules > dearest ? joules : dearest;
        }
        return dearest;
    }

    /** Where the model stands in the zoo, from -1 for the first to 1 for the last. */
    private double rank(int m) {
        return models.length == 1 ? 0 : 2.0 * m / (models.length - 1) - 1;
    }
}
