package dev.messplus.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The models of one SLA, in the order of the configuration. */
final class Zoo {

    private final List<Model> models;
    private final SharedState shared;
    private final Predictor.Factory predictors;
    private final Map<String, Long> asked;
    private final Prices prices;

    /**
     * A zoo over its state. What {@link SlaState#asked} has of models that left the zoo is dropped.
     *
     * @param ids different ids, at least one
     */
    Zoo(List<String> ids, AlgorithmState state, Predictor.Factory predictors) {
        if (ids.isEmpty() || ids.size() != state.models().length) {
            throw new IllegalArgumentException(
                    "zoo: must have at least one model and as many as there are states, had "
                            + ids.size()
                            + " for "
                            + state.models().length);
        }
        this.shared = state.shared();
        this.predictors = predictors;
        this.asked = state.sla().asked;
        this.prices = new Prices(state.models());
        models = new ArrayList<>(ids.size());
        for (int m = 0; m < ids.size(); m++) {
            models.add(model(ids.get(m), state.models()[m]));
        }
        asked.keySet().retainAll(ids);
    }

    private Model model(String id, ModelState state) {
        return new Model(id, state, predictors.create(shared, state));
    }

    int size() {
        return models.size();
    }

    Model model(int m) {
        return models.get(m);
    }

    /**
     * The model with an id. A model that left the zoo gets a temporary state, which is discarded.
     */
    Model model(String id) {
        for (Model model : models) {
            if (model.id().equals(id)) {
                return model;
            }
        }
        return model(id, new ModelState());
    }

    boolean contains(String id) {
        return models.stream().anyMatch(model -> model.id().equals(id));
    }

    SharedState shared() {
        return shared;
    }

    /**
     * Has features come from another embedding from now on.
     *
     * @param t number of the last request
     * @return whether they came from a different one before, so that what was learned of them is
     *     gone
     */
    boolean useEmbedding(String name, long t) {
        if (!shared.useEmbedding(name, t)) {
            return false;
        }
        models.forEach(model -> model.state().accuracy.forgetFeatures());
        return true;
    }

    /** Begins with recorded outcomes of some of its models. */
    void begin(WarmStart recorded) {
        List<Model> known =
                models.stream().filter(model -> recorded.models().containsKey(model.id())).toList();
        known.forEach(
                model ->
                        model.state()
                                .energy
                                .assume(recorded.models().get(model.id()).meanJoules()));
        prepareIfNew(recorded.dimensions());
        BatchUpdate update = new BatchUpdate(recorded, shared.accuracy);
        for (Model model : known) {
            RecordedModel labels = recorded.models().get(model.id());
            update.add(model.state().accuracy.own, labels);
            model.state().accuracy.begin(recorded.rows(), labels.meanScore());
        }
        update.finish();
        shared.embedding = recorded.embedding();
    }

    /** Learns from the requests of other shards. Models that are not in the zoo are ignored. */
    void learn(OutcomeSums sums) {
        JointUpdate labels = new JointUpdate(shared.accuracy, Priors.LABEL_VARIANCE);
        for (Model model : models) {
            ModelSums ofModel = sums.models.get(model.id());
            if (ofModel != null) {
                learn(model, ofModel, labels);
            }
        }
        labels.finish();
    }

    private void learn(Model model, ModelSums sums, JointUpdate labels) {
        model.state().energy.observe(sums.energy);
        if (sums.energyEstimated != null) {
            model.state().energyEstimated = sums.energyEstimated;
        }
        model.state().markUnavailable(sums.unavailableUntilMillis);
        if (sums.rows > 0) {
            prepareIfNew(sums.dimensions);
        }
        if (sums.labels > 0) {
            model.predictor().learn(sums, labels);
        }
    }

    /** Counts that a model is asked. */
    void countAsked(int m) {
        asked.merge(models.get(m).id(), 1L, Long::sum);
    }

    /**
     * How often a model was asked, or its number of labels if that is larger: labels of other
     * shards count.
     */
    long timesAsked(int m) {
        Model model = models.get(m);
        return Math.max(asked.getOrDefault(model.id(), 0L), model.state().accuracy.labels);
    }

    /** Fills in what is forecast of every model: accuracy and joules. */
    void forecast(Decision d, Prompt prompt) {
        d.features = prompt.features();
        for (int m = 0; m < models.size(); m++) {
            Model model = models.get(m);
            model.predictor().prepare(prompt.features().length);
            d.accuracy[m] = model.predictor().predict(prompt.features());
            d.joules[m] = model.state().energy.estimate(prompt.promptTokens(), prompt.maxTokens());
        }
    }

    /** Adds to the forecasts what the joules of a model say before its labels do. */
    void addPriceAdvantage(Decision d) {
        Prices now = prices();
        for (int m = 0; m < models.size(); m++) {
            double left = priceSays(models.get(m));
            double advantage = left == 0 ? 0 : left * now.advantage(m);
            d.accuracy[m] = FeedbackJoin.clamped(d.accuracy[m] + advantage);
        }
    }

    /** How much joules say of a model's accuracy, from 1 to 0: nothing if its owner says it. */
    private static double priceSays(Model model) {
        return model.hasExpectedScore() ? 0 : model.predictor().priorLeft();
    }

    /** Forecasts the accuracy of one model's answer, as {@link #addPriceAdvantage} does. */
    double accuracy(Model model, float[] features) {
        return model.predictor().predict(features) + priceSays(model) * prices().advantage(model);
    }

    /** What a typical request costs with each model now. */
    Prices prices() {
        prices.look();
        return prices;
    }

    /**
     * The same, without a trace in what {@link #prices} remembers: for other threads. It takes a
     * logarithm for each model.
     */
    Prices seenAfresh() {
        Prices now = new Prices(models.stream().map(Model::state).toArray(ModelState[]::new));
        now.look();
        return now;
    }

    /** Has predictors begin where nothing was learned yet. */
    void prepareIfNew(int dimensions) {
        models.forEach(model -> model.predictor().prepareIfNew(dimensions));
    }
}
