package dev.messplus.core;

import java.util.Arrays;
import java.util.List;

/**
 * MESS+ for one SLA: chooses a model for every request so that energy is least while the average
 * accuracy stays at or above alpha.
 *
 * <pre>
 *   X_t ~ Bernoulli(p_t),  p_t = max(p_min, min(1, c / t^(1/3)))
 *   X_t = 1:  ask every model, learn from every answer, serve argmax_m A_m(t)
 *   X_t = 0:  serve argmin_m  V E_m(t) + max(0, Q + D) (alpha - Ahat_m(t))
 *   label:    Q &lt;- max(0, Q + alpha - A),  D loses the request's (alpha - Ahat)
 * </pre>
 *
 * <p>With {@link Policy#paper} D plays no part, only explored answers train, and energies are raw
 * joules: the algorithm as published. A request's life is {@link #decide}, {@link #admit}, any
 * number of {@link #observe} in any order, and {@link #expire} if labels are still missing after
 * its time. The objects given to the constructor are changed in place; the caller stores them.
 *
 * <p>Not thread safe. {@link #decide} allocates nothing.
 */
public final class MessPlus {

    private final Policy policy;
    private final List<String> zoo;
    private final SlaState sla;
    private final ModelState[] models;
    private final ScoreWindow window;
    private final Decision decision;

    /** Length of the features of the last request decided; 0 before the first. */
    private int dimensions;

    /**
     * The algorithm over its state.
     *
     * @param zoo ids of the models; where nothing else is known, a later one counts as stronger
     * @param models what is known of each, in the order of {@code zoo}
     */
    public MessPlus(
            Policy policy,
            List<String> zoo,
            SlaState sla,
            ModelState[] models,
            ScoreWindow window) {
        if (zoo.isEmpty() || zoo.size() != models.length) {
            throw new IllegalArgumentException(
                    "zoo: must have as many models as there are states and at least one, had "
                            + zoo.size()
                            + " for "
                            + models.length);
        }
        this.policy = policy;
        this.zoo = List.copyOf(zoo);
        this.sla = sla;
        this.models = models;
        this.window = window;
        this.decision = new Decision(models.length);
    }

    /**
     * Decides a request.
     *
     * @param requestId what the exploration draw hashes
     * @param features the prompt's features
     * @param promptTokens the prompt's length, in any unit that energy grows with
     * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
     * @param nowMillis when it is decided, which says which models are available, in milliseconds
     *     since the epoch
     * @return the same object at every call
     */
    public Decision decide(
            CharSequence requestId,
            float[] features,
            int promptTokens,
            int maxTokens,
            long nowMillis) {
        Decision d = decision;
        dimensions = features.length;
        d.t = sla.t + 1;
        d.pressure = policy.inFlightDrift() ? sla.queue.pressure(policy.alpha()) : sla.queue.q;
        for (int m = 0; m < models.length; m++) {
            d.accuracy[m] = models[m].accuracy.predict(policy.learner(), features);
            d.joules[m] = models[m].energy.estimate(promptTokens, maxTokens);
        }
        seeWhoIsThere(d, nowMillis);
        if (explores(d, requestId)) {
            d.mode = Mode.EXPLORE;
            preferAccurate(d);
        } else if (warmingUp(d)) {
            d.mode = Mode.WARM_UP;
            preferStrong(d);
        } else {
            d.mode = Mode.EXPLOIT;
            preferLeastObjective(d);
        }
        d.rank();
        return d;
    }

    /**
     * Puts the request that {@link #decide} was last called for in flight. Without this call, the
     * decision leaves no trace.
     *
     * @param features the prompt's features, which are kept
     * @return what is to be kept until it is complete
     */
    public PendingRequest admit(float[] features, int promptTokens, int maxTokens, long nowMillis) {
        Decision d = decision;
        PendingRequest pending = new PendingRequest();
        pending.t = d.t;
        pending.decidedAtMillis = nowMillis;
        pending.mode = d.mode;
        pending.features = features;
        pending.promptTokens = promptTokens;
        pending.maxTokens = maxTokens;
        int asked = d.mode == Mode.EXPLORE ? d.available : 1;
        for (int i = 0; i < asked; i++) {
            pending.add(zoo.get(d.ranking[i]));
        }
        pending.predicted = share(d.accuracy[d.chosen()]);
        sla.queue.enter(pending.predicted);
        sla.t = d.t;
        if (d.mode == Mode.EXPLORE) {
            sla.explored++;
        }
        return pending;
    }

    /**
     * Takes in what became known of one model's answer to a request: each thing counts once,
     * however often and in whatever order it is told.
     *
     * @param pending the request, which is changed
     * @param seen what became known; a model that was not asked at first must be told as served or
     *     failed before anything else is told of it
     */
    public Join observe(PendingRequest pending, Observation seen) {
        int index = pending.indexOf(seen.model());
        if (index < 0) {
            if (pending.served >= 0 || (!seen.served() && !seen.failed())) {
                return Join.UNEXPECTED;
            }
            index = pending.add(seen.model());
        }
        pending.makeRoom();
        ModelState state = stateOf(seen.model());
        boolean changed = false;
        if (seen.served() && !seen.failed() && pending.served < 0) {
            // Asked again after a restore, it answered: that it failed before is no more true.
            pending.failed[index] = false;
        }
        if (seen.failed() && !pending.failed[index] && pending.served != index) {
            pending.failed[index] = true;
            state.failures++;
            state.failuresInARow++;
            changed = true;
        }
        if (isNews(seen.joules(), pending.joules[index])) {
            pay(pending, index, seen, state);
            changed = true;
        }
        if (isNews(seen.failedJoules(), pending.failedJoules[index])) {
            pending.failedJoules[index] = seen.failedJoules();
            sla.joules += seen.failedJoules();
            sla.failedJoules += seen.failedJoules();
            changed = true;
        }
        if (isNews(seen.score(), pending.scores[index])) {
            pending.scores[index] = seen.score();
            learn(pending, state, seen.score());
            changed = true;
        }
        if (seen.served() && pending.served < 0) {
            serve(pending, index, state);
            changed = true;
        }
        if (changed && !seen.failed()) {
            state.failuresInARow = 0;
        }
        resolve(pending);
        return changed ? Join.APPLIED : Join.DUPLICATE;
    }

    /**
     * Leaves a model alone for a while, because calling it is pointless: unless there is no other,
     * it is neither chosen nor explored, and nobody's promise suffers for its absence. Of two times
     * the later one counts, in whatever order they are told.
     *
     * @param model id of the model; one that is not in the zoo is ignored
     * @param untilMillis in milliseconds since the epoch
     * @return whether this is news
     */
    public boolean leaveAlone(String model, long untilMillis) {
        ModelState state = stateOf(model);
        boolean news = untilMillis > state.unavailableUntilMillis;
        state.unavailableUntilMillis = Math.max(untilMillis, state.unavailableUntilMillis);
        return news;
    }

    /** Gives up on the labels a request still misses. */
    public void expire(PendingRequest pending) {
        if (pending.resolved) {
            return;
        }
        pending.resolved = true;
        sla.expired++;
        VirtualQueue queue = sla.queue;
        double alpha = policy.alpha();
        switch (policy.expiry()) {
            case AS_PREDICTED -> queue.assume(alpha, pending.predicted, pending.predicted);
            case AS_ZERO -> queue.assume(alpha, pending.predicted, 0);
            case IGNORED -> queue.leave(pending.predicted);
        }
    }

    /** What the owner decided. */
    public Policy policy() {
        return policy;
    }

    /** The weight V in force. */
    public double v() {
        return policy.effectiveV(bestAccuracy());
    }

    /** The state of the SLA. */
    public SlaState sla() {
        return sla;
    }

    /** What is known of the model at an index of the zoo. */
    public ModelState model(int index) {
        return models[index];
    }

    /** The labels of the sliding window. */
    public ScoreWindow window() {
        return window;
    }

    private void seeWhoIsThere(Decision d, long nowMillis) {
        d.available = 0;
        for (int m = 0; m < models.length; m++) {
            d.absent[m] = models[m].unavailableUntilMillis > nowMillis;
            d.available += d.absent[m] ? 0 : 1;
        }
        if (d.available == 0) {
            Arrays.fill(d.absent, false);
            d.available = models.length;
        }
    }

    /** With a single model of several at hand there is nothing to compare. */
    private boolean explores(Decision d, CharSequence requestId) {
        return (d.available > 1 || models.length == 1)
                && Exploration.draw(policy.seed(), requestId) < policy.explorationProbability(d.t);
    }

    private void preferAccurate(Decision d) {
        for (int m = 0; m < models.length; m++) {
            d.objective[m] = -d.accuracy[m];
        }
    }

    private void preferStrong(Decision d) {
        for (int m = 0; m < models.length; m++) {
            d.objective[m] = givenUp(models[m]) ? Double.MAX_VALUE : -strength(models[m]);
        }
    }

    private void preferLeastObjective(Decision d) {
        double dearest = dearestJoules();
        double v = v() / (policy.normaliseEnergy() && dearest > 0 ? dearest : 1);
        for (int m = 0; m < models.length; m++) {
            // A model that nobody measures counts as dear as the dearest: without any price it
            // would never be asked, whatever the promise needs.
            double joules = Double.isNaN(d.joules[m]) ? dearest : d.joules[m];
            d.objective[m] =
                    cold(models[m])
                            ? Double.MAX_VALUE
                            : v * joules + d.pressure * (policy.alpha() - d.accuracy[m]);
        }
    }

    /**
     * Whether there is nothing to choose between: no model that is available is warm, or fewer than
     * two are. One that joins a warm zoo is explored, and not given all traffic until its labels
     * come; nor is it while a warm one is away.
     */
    private boolean warmingUp(Decision d) {
        int alive = 0;
        int warm = 0;
        boolean choosable = false;
        for (int m = 0; m < models.length; m++) {
            alive += d.absent[m] || givenUp(models[m]) ? 0 : 1;
            warm += cold(models[m]) ? 0 : 1;
            choosable |= !d.absent[m] && !cold(models[m]);
        }
        return !choosable || warm < Math.min(2, alive);
    }

    /** Too few labels to be chosen by an exploit step. */
    private boolean cold(ModelState model) {
        return model.accuracy.labels < policy.warmUpLabels();
    }

    /**
     * A cold model that only fails: waiting for its labels would keep the SLA warming up. Once it
     * answers it is waited for again, or it might never be: where only answers served are labelled,
     * exploring it brings no label.
     */
    private boolean givenUp(ModelState model) {
        return cold(model) && model.failuresInARow > policy.warmUpLabels();
    }

    /** The dearest model counts as the strongest, and one of unknown price as dearer than any. */
    private static double strength(ModelState model) {
        double joules = model.energy.typicalJoules();
        return Double.isNaN(joules) ? Double.MAX_VALUE / 2 : joules;
    }

    /** A model that left the zoo still answers for its requests, but nothing is learned of it. */
    private ModelState stateOf(String model) {
        int index = zoo.indexOf(model);
        return index < 0 ? new ModelState() : models[index];
    }

    private double bestAccuracy() {
        double best = 0;
        for (ModelState model : models) {
            if (model.accuracy.labels > 0) {
                best = Math.max(best, model.accuracy.mean);
            }
        }
        return best;
    }

    /** Mean joules of the dearest model, 0 when none was measured. */
    private double dearestJoules() {
        double dearest = 0;
        for (ModelState model : models) {
            double joules = model.energy.typicalJoules();
            dearest = joules > dearest ? joules : dearest;
        }
        return dearest;
    }

    private static boolean isNews(double told, double known) {
        return !Double.isNaN(told) && Double.isNaN(known);
    }

    /** Every joule counts; those of an answer that somebody measured teach what one costs. */
    private void pay(PendingRequest pending, int index, Observation seen, ModelState state) {
        double joules = seen.joules();
        pending.joules[index] = joules;
        sla.joules += joules;
        sla.servedJoules += pending.served == index && !pending.failed[index] ? joules : 0;
        if (!seen.failed() && !seen.assumed()) {
            state.energy.observe(pending.promptTokens, pending.maxTokens, joules);
        }
    }

    /**
     * Of a request with the features of another release only the mean is learned: its predictor
     * would otherwise start anew with every label of another release than the last one's.
     */
    private void learn(PendingRequest pending, ModelState state, double score) {
        if (pending.mode != Mode.EXPLORE && !policy.learnFromServed()) {
            return;
        }
        float[] features = pending.features;
        boolean current =
                dimensions == 0 ? state.accuracy.accepts(features) : features.length == dimensions;
        if (current) {
            state.accuracy.learn(policy.learner(), features, score, policy.learningRate());
        } else {
            state.accuracy.learnMean(score);
        }
    }

    private void serve(PendingRequest pending, int index, ModelState state) {
        pending.served = index;
        if (pending.failed[index]) {
            sla.failed++;
            if (!pending.resolved) {
                pending.resolved = true;
                sla.queue.leave(pending.predicted);
            }
            return;
        }
        state.served++;
        sla.servedJoules += Double.isNaN(pending.joules[index]) ? 0 : pending.joules[index];
        if (index != 0 && !pending.resolved) {
            double predicted = share(state.accuracy.predict(policy.learner(), pending.features));
            sla.queue.reforecast(pending.predicted, predicted);
            pending.predicted = predicted;
        }
    }

    /** An accuracy as the queue takes it; a linear predictor may leave [0, 1], or be no number. */
    private static double share(double accuracy) {
        return accuracy >= 0 ? Math.min(1, accuracy) : 0;
    }

    private void resolve(PendingRequest pending) {
        if (pending.resolved
                || pending.served < 0
                || Double.isNaN(pending.scores[pending.served])) {
            return;
        }
        double score = pending.scores[pending.served];
        pending.resolved = true;
        sla.queue.resolve(policy.alpha(), pending.predicted, score);
        window.add(score, policy.window());
    }
}
