package dev.messplus.core;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One SLA with its models, and short words for what happens to its requests. */
final class TestSla {

    /** An id whose draw is 0.0099 under seed 0: it explores whenever p_t is above. */
    static final String EXPLORED = "r18";

    /** An id whose draw is 0.9684 under seed 0: it explores only when p_t is above. */
    static final String EXPLOITED = "r36";

    static final int TOKENS = 100;

    final List<String> zoo;
    final SlaState state;
    final VirtualQueue queue;
    final MessPlus algorithm;

    /** When things happen, in milliseconds since the epoch. */
    long nowMillis;

    private final Policy policy;
    private final SharedState shared;
    private final ModelState[] models;

    TestSla(Policy policy, String... zoo) {
        this(policy, new SlaState(), new SharedState(), newModels(zoo.length), zoo);
    }

    private TestSla(
            Policy policy, SlaState state, SharedState shared, ModelState[] models, String... zoo) {
        this.policy = policy;
        this.zoo = List.of(zoo);
        this.state = state;
        this.queue = state.queue;
        this.shared = shared;
        this.models = models;
        this.algorithm = new MessPlus(policy, this.zoo, state, shared, models, new ScoreWindow());
    }

    /**
     * The stream's rule on Q + D with c = .5, without what it adds for what is not known, and with
     * predictors that can be followed by hand: a prompt without features is predicted by its last
     * label, 0 before the first.
     */
    static Policy bare(double alpha) {
        return with(
                Policy.stream(alpha),
                "explorationRate",
                0.5,
                "explorationBudget",
                0.0,
                "tries",
                0,
                "headStart",
                0.0,
                "credit",
                0.0,
                "leastPressure",
                0.0,
                "confidence",
                0.0,
                "learner",
                Policy.Learner.LINEAR_SGD,
                "learningRate",
                0.5);
    }

    private static ModelState[] newModels(int count) {
        return Stream.generate(ModelState::new).limit(count).toArray(ModelState[]::new);
    }

    /** A copy of {@code base} with some components replaced: name, value, name, value. */
    static Policy with(Policy base, Object... namesAndValues) {
        try {
            var components = Policy.class.getRecordComponents();
            var types = new Class<?>[components.length];
            var values = new Object[components.length];
            List<Object> changes = Arrays.asList(namesAndValues);
            int changed = 0;
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                int at = changes.indexOf(components[i].getName());
                values[i] = at < 0 ? components[i].getAccessor().invoke(base) : changes.get(at + 1);
                changed += at < 0 ? 0 : 2;
            }
            if (changed != namesAndValues.length) {
                throw new IllegalArgumentException("unknown name in " + changes);
            }
            return Policy.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The same SLA after its zoo was changed. */
    TestSla withZoo(String... newZoo) {
        ModelState[] kept = newModels(newZoo.length);
        for (int m = 0; m < newZoo.length; m++) {
            kept[m] = zoo.contains(newZoo[m]) ? model(newZoo[m]) : kept[m];
        }
        return new TestSla(policy, state, shared, kept, newZoo);
    }

    Decision decide(String id, float... features) {
        return algorithm.decide(id, features, TOKENS, 0, nowMillis);
    }

    /** Decides a request and puts it in flight. */
    PendingRequest request(String id, float... features) {
        decide(id, features);
        return algorithm.admit(features, TOKENS, 0, nowMillis);
    }

    Join measured(PendingRequest request, String model, double joules) {
        return algorithm.observe(request, Observation.measured(model, joules));
    }

    Join scored(PendingRequest request, String model, double score) {
        return algorithm.observe(request, Observation.scored(model, score));
    }

    Join served(PendingRequest request, String model) {
        return algorithm.observe(request, Observation.served(model));
    }

    Join failed(PendingRequest request, String model) {
        return algorithm.observe(request, Observation.failed(model));
    }

    /** No model answered; the request is answered with an error. */
    Join unanswered(PendingRequest request, String model) {
        return algorithm.observe(request, Observation.unanswered(model));
    }

    /** The model asked first answers, and everything about it becomes known at once. */
    void answered(PendingRequest request, double score, double joules) {
        algorithm.observe(request, Observation.answered(request.models[0], score, joules, true));
    }

    /** Every model asked answers, and everything becomes known; the best is served. */
    void explored(PendingRequest request, double[] scores, double[] joules) {
        int best = -1;
        for (int m = 0; m < scores.length; m++) {
            if (request.indexOf(zoo.get(m)) >= 0) {
                algorithm.observe(
                        request, Observation.answered(zoo.get(m), scores[m], joules[m], false));
                best = best < 0 || scores[m] > scores[best] ? m : best;
            }
        }
        served(request, zoo.get(best));
    }

    /** Decides a request and answers it with what the models would score and cost. */
    PendingRequest play(String id, double[] scores, double[] joules, float... features) {
        PendingRequest request = request(id, features);
        if (request.mode == Mode.EXPLORE) {
            explored(request, scores, joules);
        } else {
            int m = zoo.indexOf(request.models[0]);
            answered(request, scores[m], joules[m]);
        }
        return request;
    }

    /** Gives every model {@code labels} explored labels, all alike, and clears the queue. */
    TestSla trained(int labels, double[] scores, double[] joules) {
        for (int i = 0; i < labels; i++) {
            PendingRequest request = request(EXPLORED);
            explored(request, scores, joules);
        }
        queue.q = 0;
        return this;
    }

    ModelState model(String id) {
        return models[zoo.indexOf(id)];
    }

    double drift() {
        return queue.drift(policy.alpha());
    }

    double pressure() {
        return queue.pressure(policy);
    }
}
