package dev.messplus.core.zoo;

import dev.messplus.core.Decision;
import dev.messplus.core.JudgeReading;
import dev.messplus.core.Prompt;
import dev.messplus.core.belief.EarlierLabel;
import dev.messplus.core.belief.JudgeCalibration;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.belief.RecordedModel;
import dev.messplus.core.belief.SharedState;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.cost.Fleet;
import dev.messplus.core.cost.FleetPlan;
import dev.messplus.core.cost.PriceParts;
import dev.messplus.core.cost.Prices;
import dev.messplus.core.cost.WorkModel;
import dev.messplus.core.shard.ModelSums;
import dev.messplus.core.shard.OutcomeSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The models of one SLA, in the order of the configuration. */
public final class Zoo {

    private final List<Model> models;
    private final SharedState shared;
    private final Predictor.Factory predictors;
    private final Map<String, Long> asked;
    private final Prices prices;
    private final Fleet fleet;

    /**
     * A zoo over its state.
     *
     * @param ids different ids, at least one
     * @param states what is known of each model
     * @param shared what is known of prompts, whichever model answers
     * @param asked requests that each model was asked to answer, by id; what it has of models that
     *     left the zoo is dropped
     * @param plan which of the models are kept busy; that of all SLAs of a subtask
     */
    public Zoo(
            List<String> ids,
            ModelState[] states,
            SharedState shared,
            Map<String, Long> asked,
            Predictor.Factory predictors,
            FleetPlan plan) {
        if (ids.isEmpty() || ids.size() != states.length) {
            throw new IllegalArgumentException(
                    "zoo: must have at least one model and as many as there are states, had "
                            + ids.size()
                            + " for "
                            + states.length);
        }
        this.shared = shared;
        this.predictors = predictors;
        this.asked = asked;
        this.prices = pricesOf(states);
        this.fleet = new Fleet(work(states), plan);
        models = new ArrayList<>(ids.size());
        for (int m = 0; m < ids.size(); m++) {
            models.add(model(ids.get(m), states[m]));
        }
        asked.keySet().retainAll(ids);
        if (!shared.judge.isEmpty()) {
            shared.judge.use(ids);
        }
    }

    /** Has the judge be calibrated for the models of this zoo. */
    public JudgeCalibration judge() {
        if (shared.judge.isEmpty()) {
            shared.judge.use(models.stream().map(Model::id).toList());
        }
        return shared.judge;
    }

    private Model model(String id, ModelState state) {
        return new Model(id, state, predictors.create(shared, state.accuracy, state.expectedScore));
    }

    public int size() {
        return models.size();
    }

    public Model model(int m) {
        return models.get(m);
    }

    /**
     * The model with an id. A model that left the zoo gets a temporary state, which is discarded.
     */
    public Model model(String id) {
        for (Model model : models) {
            if (model.id().equals(id)) {
                return model;
            }
        }
        return model(id, new ModelState());
    }

    public boolean contains(String id) {
        return models.stream().anyMatch(model -> model.id().equals(id));
    }

    /** Whether nothing is known of how well its models answer: by no label, and by no owner. */
    public boolean isUnknown() {
        // With an index, because every decision asks, and an iterator would be allocated for it.
        for (int m = 0; m < models.size(); m++) {
            Model model = models.get(m);
            if (model.state().accuracy.labels > 0 || model.hasExpectedScore()) {
                return false;
            }
        }
        return true;
    }

    public SharedState shared() {
        return shared;
    }

    /** Does {@link SharedState#useEmbedding}, and has its models forget features as well. */
    public boolean useEmbedding(String name, long t) {
        if (!shared.useEmbedding(name, t)) {
            return false;
        }
        forgetFeatures();
        return true;
    }

    /** Begins anew if features are not as many as before, as with another embedding. */
    private void useFeatures(int dimensions, long t) {
        if (!shared.kernel.fits(dimensions)) {
            shared.forgetFeatures(t);
            forgetFeatures();
        }
    }

    private void forgetFeatures() {
        models.forEach(model -> model.state().accuracy.forgetFeatures());
    }

    /** Begins with recorded outcomes of some of its models. */
    public void begin(WarmStart recorded) {
        List<Model> known =
                models.stream().filter(model -> recorded.models().containsKey(model.id())).toList();
        known.forEach(
                model ->
                        model.state()
                                .energy
                                .assume(recorded.models().get(model.id()).meanJoules()));
        for (int group = 0; group < recorded.prompts().size(); group++) {
            learn(recorded, group, known);
        }
        for (Model model : known) {
            RecordedModel labels = recorded.models().get(model.id());
            model.state().accuracy.begin(recorded.weight(), recorded.meanScore(labels));
        }
        shared.embedding = recorded.embedding();
    }

    private static void learn(WarmStart recorded, int group, List<Model> models) {
        List<EarlierLabel> earlier = new ArrayList<>();
        for (Model model : models) {
            double score = recorded.models().get(model.id()).scores()[group];
            model.predictor()
                    .learn(recorded.prompts().get(group), score, recorded.weightOfRow(), earlier);
            earlier.add(new EarlierLabel(model.state().accuracy, score));
        }
    }

    /** Learns from the requests of other shards. Models that are not in the zoo are ignored. */
    public void learn(OutcomeSums sums) {
        for (Model model : models) {
            ModelSums ofModel = sums.models.get(model.id());
            if (ofModel != null) {
                learn(model, ofModel);
            }
        }
    }

    private static void learn(Model model, ModelSums sums) {
        model.state().energy.observe(sums.energy);
        if (sums.energyEstimated != null) {
            model.state().energyEstimated = sums.energyEstimated;
        }
        model.state().markUnavailable(sums.unavailableUntilMillis);
        if (sums.labels.labels > 0) {
            model.predictor().learn(sums.labels);
        }
    }

    /** Counts that a model is asked. */
    public void countAsked(int m) {
        asked.merge(models.get(m).id(), 1L, Long::sum);
    }

    /** Counts that a model of the zoo, or one that left it, is asked. */
    public void countAsked(String id) {
        if (contains(id)) {
            asked.merge(id, 1L, Long::sum);
        }
    }

    /**
     * How often a model was asked, or its number of labels if that is larger: labels of other
     * shards count.
     */
    public long timesAsked(int m) {
        Model model = models.get(m);
        return Math.max(asked.getOrDefault(model.id(), 0L), model.state().accuracy.labels);
    }

    /**
     * Begins a decision: fills in which models are available.
     *
     * @param number number of the decision, from 1
     */
    public void begin(Decision d, long number, long nowMillis) {
        fleet.pass(nowMillis);
        for (int m = 0; m < models.size(); m++) {
            d.unavailable[m] = !models.get(m).isAvailable(nowMillis);
        }
        d.begin(number);
    }

    /** Fills in what is forecast of every model: accuracy and joules. */
    public void forecast(Decision d, Prompt prompt) {
        d.prompt = prompt;
        useFeatures(prompt.features().length, d.t - 1);
        for (int m = 0; m < models.size(); m++) {
            Model model = models.get(m);
            model.predictor().prepare(prompt.features().length);
            d.accuracy[m] = model.predictor().predict(prompt.features());
            WorkModel work = model.state().energy;
            int tokens = prompt.promptTokens();
            int prefix = prompt.prefixTokens(model.id());
            work.expect(tokens, prompt.maxTokens());
            d.joules[m] = work.price(tokens, prefix, prompt.maxTokens()) * (1 + fleet.waiting(m));
            d.chargeJoules[m] = work.charge(tokens, prefix, prompt.maxTokens(), fleet.load(m));
        }
    }

    /** What the price of a prompt is made of; {@code null} if nothing was measured of the model. */
    public PriceParts priceParts(int m, Prompt prompt) {
        Model model = models.get(m);
        return model.state()
                .energy
                .priceParts(
                        prompt.promptTokens(),
                        prompt.prefixTokens(model.id()),
                        prompt.maxTokens(),
                        fleet.waiting(m));
    }

    /**
     * Adds what a model's joules say before its labels do, which makes forecasts those of labels.
     * Then adds what people say otherwise than the judge, and limits forecasts to [0, 1].
     */
    public void addPriceAdvantage(Decision d) {
        prices.look();
        for (int m = 0; m < models.size(); m++) {
            d.labelForecast[m] = d.accuracy[m] + priceAdvantage(m);
            d.accuracy[m] = Predictor.clamped(shared.judge.expected(m, d.labelForecast[m]));
        }
    }

    /** What the joules of a model add to its forecasts. */
    private double priceAdvantage(int m) {
        return priceSays(models.get(m)) * prices.advantage(m);
    }

    private static double priceSays(Model model) {
        return model.hasExpectedScore() ? 0 : model.predictor().priceSays();
    }

    /** Forecasts the accuracy of one model's answer, as {@link #addPriceAdvantage} does. */
    public double accuracy(Model model, float[] features) {
        return Predictor.clamped(
                shared.judge.expected(index(model.id()), labelForecast(model, features)));
    }

    /**
     * Standard deviation of what is not known of a model alone, in units of score: of its own part
     * of the forecast, and where a judge scores, of the bias that the judge has for this model.
     *
     * @param ratio sigma over the deviation that beliefs assume
     */
    public double deviation(Decision d, int m, double ratio) {
        return withJudge(m, ratio * models.get(m).predictor().deviation(d.prompt.features()));
    }

    /** A bound of {@link #deviation} that asks no belief. */
    public double mostDeviation(int m, double ratio) {
        return withJudge(m, ratio * models.get(m).predictor().mostDeviation());
    }

    private double withJudge(int m, double own) {
        JudgeCalibration judge = shared.judge;
        return judge.isEmpty()
                ? own
                : Math.hypot(judge.forecastSlope().mean() * own, Math.sqrt(judge.ownVariance(m)));
    }

    /**
     * What the judge's scores of the answers to a decided request will say. It is as optimistic as
     * the decision is: otherwise an answer that was asked for because little is known of its model
     * would not be served, and what is not served is never audited.
     */
    public JudgeReading judgeReading(Decision d) {
        JudgeCalibration judge = judge();
        double[] atZero = new double[d.ranking.length];
        for (int rank = 0; rank < atZero.length; rank++) {
            int m = d.ranking[rank];
            atZero[rank] =
                    judge.expected(m, d.labelForecast[m], 0)
                            + d.optimism * Math.sqrt(judge.ownVariance(m));
        }
        return new JudgeReading(atZero, judge.answerSlope().mean());
    }

    /** Forecasts the label of one model's answer: of a judge, what it will say. */
    public double labelForecast(Model model, float[] features) {
        double advantage = priceSays(model) * prices().advantage(model.typicalJoules());
        return model.predictor().predict(features) + advantage;
    }

    /** Index of the model with an id; -1 if there is none. */
    public int index(String id) {
        for (int m = 0; m < models.size(); m++) {
            if (models.get(m).id().equals(id)) {
                return m;
            }
        }
        return -1;
    }

    /**
     * Expected sum of the scores of the requests in flight, by what is known now. Those of models
     * that left the zoo are not in it.
     */
    public double inFlightScore() {
        prices.look();
        double sum = 0;
        // With an index, because every decision asks, and an iterator would be allocated for it.
        for (int m = 0; m < models.size(); m++) {
            Model model = models.get(m);
            long requests = model.state().inFlight;
            if (requests > 0) {
                double score =
                        model.predictor().inFlightScore(requests) + requests * priceAdvantage(m);
                double expected = shared.judge.expectedSum(m, score, requests);
                sum += Math.max(0, Math.min(expected, requests));
            }
        }
        return sum;
    }

    /** Requests in flight that its models answer. */
    public long inFlight() {
        long sum = 0;
        for (int m = 0; m < models.size(); m++) {
            sum += models.get(m).state().inFlight;
        }
        return sum;
    }

    /** Which of its models are kept busy. */
    public Fleet fleet() {
        return fleet;
    }

    /** What a typical request costs with each model now. */
    public Prices prices() {
        prices.look();
        return prices;
    }

    /**
     * The same, without changing what {@link #prices} remembers: for other threads. It takes a
     * logarithm for each model.
     */
    public Prices seenAfresh() {
        Prices now = pricesOf(models.stream().map(Model::state).toArray(ModelState[]::new));
        now.look();
        return now;
    }

    private static Prices pricesOf(ModelState[] states) {
        return new Prices(work(states));
    }

    private static WorkModel[] work(ModelState[] states) {
        return Stream.of(states).map(state -> state.energy).toArray(WorkModel[]::new);
    }
}
