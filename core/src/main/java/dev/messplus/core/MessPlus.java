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
 *   X_t = 0:  serve argmin_m  V E_m(t) + P (alpha - Ahat_m(t))
 *   label:    Q &lt;- max(-credit, Q + alpha - A),  D loses the request's (alpha - Ahat)
 * </pre>
 *
 * <p>With {@link Policy#paper} P is Q, only explored answers train, and energies are raw joules:
 * the algorithm as published. With {@link Policy#stream}
 *
 * <ul>
 *   <li>P = max(least, Q + D + head start + margin), see {@link VirtualQueue#pressure};
 *   <li>Ahat is a Bayesian forecast, see {@link AccuracyPredictor}, and every label trains;
 *   <li>E is in units of the most accurate model's mean joules;
 *   <li>instead of X_t, single models are asked beside the one served, within a budget of energy,
 *       and tried a few times at first.
 * </ul>
 *
 * <p>An SLA can be split into shards, each an object of this class with a queue of its own. A shard
 * learns from the requests of all, and owes both its own average and that of the whole: the
 * pressures of two constraints add up.
 *
 * <p>A request's life is {@link #decide}, {@link #admit}, any number of {@link #observe} in any
 * order, and {@link #expire} if labels are still missing after its time. The objects given to the
 * constructor are changed in place; the caller stores them.
 *
 * <p>Not thread safe. {@link #decide} allocates nothing.
 */
public final class MessPlus {

    /** Scale of the logistic distribution of standard deviation 1. */
    private static final double LOGISTIC_SCALE = Math.sqrt(3) / Math.PI;

    /**
     * Expected gain in accuracy below which a label is not worth asking for, however little it
     * costs: a model that is next to free and never better would be asked with every request.
     */
    private static final double LEAST_GAIN = 0.0005;

    private final Policy policy;
    private final Zoo zoo;
    private final SlaState sla;
    private final ScoreWindow window;
    private final Decision decision;

    /**
     * The algorithm over its state.
     *
     * @param ids ids of the models; where nothing else is known, a later one counts as stronger
     * @param models what is known of each, in the order of {@code ids}
     */
    public MessPlus(
            Policy policy,
            List<String> ids,
            SlaState sla,
            SharedState shared,
            ModelState[] models,
            ScoreWindow window) {
        this.policy = policy;
        this.zoo = new Zoo(policy, ids, sla, shared, models);
        this.sla = sla;
        this.window = window;
        this.decision = new Decision(models.length);
    }

    /**
     * Says what makes the features from now on. If something else made them before, what was
     * learned of prompts begins anew; the means and counts of models still hold.
     *
     * @param name of the embedding model
     * @return whether this changed what is known
     */
    public boolean embedWith(String name) {
        return zoo.embedWith(name, sla.t);
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
        d.t = sla.t + 1;
        d.pressure = sla.queue.pressure(policy);
        d.asked = 1;
        d.probeJoules = 0;
        zoo.predict(d, features, promptTokens, maxTokens);
        seeWhoIsThere(d, nowMillis);
        if (explores(d, requestId)) {
            d.mode = Mode.EXPLORE;
            exploreAll(d);
        } else if (warmsUp(d)) {
            d.mode = Mode.WARM_UP;
        } else {
            d.mode = Mode.EXPLOIT;
            exploit(d);
            probe(d);
        }
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
        for (int i = 0; i < d.asked; i++) {
            pending.add(zoo.id(d.ranking[i]));
            zoo.ask(d.ranking[i]);
        }
        pending.probeJoules = d.probeJoules;
        sla.probeJoules += d.probeJoules;
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
     *     failed before its joules are
     */
    public Join observe(PendingRequest pending, Observation seen) {
        int index = pending.indexOf(seen.model());
        if (index < 0) {
            if (pending.served >= 0) {
                return Join.UNEXPECTED;
            }
            if (!seen.served() && !seen.failed()) {
                return keep(pending, seen);
            }
            index = pending.add(seen.model());
        }
        pending.makeRoom();
        ModelState state = zoo.model(seen.model());
        boolean changed = false;
        if (seen.served() && !seen.failed() && pending.served < 0) {
            // Asked again after a restore, it answered: that it failed before is no more true.
            pending.failed[index] = false;
        }
        if (seen.failed() && !pending.failed[index] && pending.served != index) {
            pending.failed[index] = true;
            state.failures++;
            settleProbe(pending, index, 0);
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
        double kept = pending.kept(seen.model());
        double score = isTold(kept) ? kept : seen.score();
        if (isNews(score, pending.scores[index])) {
            pending.scores[index] = score;
            learn(pending, state, score);
            changed = true;
        }
        if (seen.served() && pending.served < 0) {
            serve(pending, index, state);
            changed = true;
        }
        resolve(pending);
        return changed ? Join.APPLIED : Join.DUPLICATE;
    }

    /**
     * Who got the answer may be faster with a label than the word of who gave it, which says that
     * the request fell back on another model.
     */
    private Join keep(PendingRequest pending, Observation seen) {
        if (!isTold(seen.score()) || !zoo.contains(seen.model())) {
            return Join.UNEXPECTED;
        }
        pending.keep(seen.model(), seen.score());
        return Join.EARLY;
    }

    /**
     * Learns what became known of one model's answer to a request of another shard. Where only
     * explored answers train, labels do not: that it was explored is not told.
     *
     * @param features the prompt's features; {@code null} where something else made them
     * @param promptTokens the prompt's length
     * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
     * @param seen what became known, and was not told before
     */
    public void study(float[] features, int promptTokens, int maxTokens, Observation seen) {
        ModelState state = zoo.model(seen.model());
        if (isTold(seen.joules()) && !seen.failed() && !seen.assumed()) {
            state.energy.observe(promptTokens, maxTokens, seen.joules());
        }
        if (isTold(seen.score()) && policy.learnFromServed()) {
            if (features != null) {
                zoo.begin(features.length);
            }
            zoo.learn(state, features, seen.score());
        }
    }

    /** Takes in the accuracy of the answer that a request of another shard was served with. */
    public void hear(double score) {
        sla.queue.hear(policy, score);
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
        ModelState state = zoo.model(model);
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
        switch (policy.expiry()) {
            case AS_PREDICTED -> sla.queue.assume(policy, pending.predicted, pending.predicted);
            case AS_ZERO -> sla.queue.assume(policy, pending.predicted, 0);
            case IGNORED -> sla.queue.leave(pending.predicted);
        }
    }

    /** What the owner decided. */
    public Policy policy() {
        return policy;
    }

    /** The weight V in force. */
    public double v() {
        return zoo.v();
    }

    /** The state of the SLA. */
    public SlaState sla() {
        return sla;
    }

    /** What is known of prompts, whichever model answers. */
    public SharedState shared() {
        return zoo.shared();
    }

    /** What is known of the model at an index of the zoo. */
    public ModelState model(int index) {
        return zoo.model(index);
    }

    /** The labels of the sliding window. */
    public ScoreWindow window() {
        return window;
    }

    private void seeWhoIsThere(Decision d, long nowMillis) {
        d.available = 0;
        for (int m = 0; m < zoo.size(); m++) {
            d.absent[m] = zoo.model(m).unavailableUntilMillis > nowMillis;
            d.available += d.absent[m] ? 0 : 1;
        }
        if (d.available == 0) {
            Arrays.fill(d.absent, false);
            d.available = zoo.size();
        }
    }

    /** With a single model of several at hand there is nothing to compare. */
    private boolean explores(Decision d, CharSequence requestId) {
        return (d.available > 1 || zoo.size() == 1)
                && Exploration.draw(policy.seed(), requestId) < policy.explorationProbability(d.t);
    }

    private void exploreAll(Decision d) {
        for (int m = 0; m < zoo.size(); m++) {
            d.objective[m] = -d.accuracy[m];
        }
        d.rank();
        d.asked = d.available;
    }

    /**
     * Whether there is too little known to choose by. While no label has come, the second strongest
     * model answers: the strongest may cost many times as much and be hardly better. Of two that
     * would be the weakest. And every second request tries a model that was hardly tried.
     */
    private boolean warmsUp(Decision d) {
        boolean blind = policy.tries() > 0 && zoo.isBlind() && d.available != 2;
        boolean tries = d.t % 2 == 0;
        if (!blind && !tries) {
            return false;
        }
        for (int m = 0; m < zoo.size(); m++) {
            d.objective[m] = -zoo.strength(m);
        }
        d.rank();
        int second = Math.min(1, d.available - 1);
        int place = tries ? hardlyTried(d, second) : -1;
        place = place < 0 && blind ? second : place;
        if (place >= 0) {
            d.promote(d.ranking[place], 0);
        }
        return place >= 0;
    }

    /**
     * Place in the ranking of the first that was not tried enough, -1 if there is none. Once is
     * enough for those before {@code second}: a few more could cost as much as all other requests.
     */
    private int hardlyTried(Decision d, int second) {
        for (int place = 0; place < d.available; place++) {
            int enough = place < second ? Math.min(1, policy.shardTries()) : policy.shardTries();
            if (zoo.tried(d.ranking[place]) < enough) {
                return place;
            }
        }
        return -1;
    }

    /** argmin_m V E_m + P (alpha - Ahat_m). */
    private void exploit(Decision d) {
        double perJoule = zoo.perJoule();
        for (int m = 0; m < zoo.size(); m++) {
            double cost = perJoule * zoo.joules(d.joules[m]);
            d.objective[m] = cost + d.pressure * (policy.alpha() - d.accuracy[m]);
        }
        d.rank();
    }

    /**
     * Asks another model beside the one chosen, once the budget pays for it: the one whose label is
     * worth most per joule. A label is worth as much as its model may turn out to be better for
     * such a prompt than the one chosen, in accuracy, with its price taken off (expected
     * improvement: Jones, Schonlau, Welch 1998; of a logistic distribution, for which it takes no
     * table).
     */
    private void probe(Decision d) {
        double accuracyPerJoule = zoo.perJoule() / d.pressure;
        int chosen = d.chosen();
        double best = d.accuracy[chosen] - accuracyPerJoule * zoo.joules(d.joules[chosen]);
        int probed = -1;
        double most = 0;
        for (int m = 0; m < zoo.size(); m++) {
            double joules = d.joules[m];
            // A model of unknown or no price cannot be budgeted; choosing it tells as much.
            if (m != chosen && !d.absent[m] && joules > 0 && d.deviation[m] > 0) {
                double behind = best - (d.accuracy[m] - accuracyPerJoule * joules);
                double scale = LOGISTIC_SCALE * d.deviation[m];
                double gain = scale * Math.log1p(Math.exp(-behind / scale));
                double worth = gain / joules;
                if (gain > LEAST_GAIN && worth > most) {
                    most = worth;
                    probed = m;
                }
            }
        }
        if (probed >= 0 && d.joules[probed] <= allowanceJoules()) {
            d.promote(probed, 1);
            d.asked = 2;
            d.probeJoules = d.joules[probed];
            d.mode = Mode.EXPLORE;
        }
    }

    /** Joules that may be added now to all others; below 0 when the budget was overdrawn. */
    private double allowanceJoules() {
        return policy.explorationBudget() * (sla.joules - sla.probeJoules) - sla.probeJoules;
    }

    /** What a probe took takes the place of what it was thought to take. */
    private void settleProbe(PendingRequest pending, int index, double joules) {
        if (index == 1 && pending.probeJoules > 0) {
            sla.probeJoules += joules - pending.probeJoules;
            pending.probeJoules = 0;
        }
    }

    private static boolean isNews(double told, double known) {
        return isTold(told) && Double.isNaN(known);
    }

    private static boolean isTold(double told) {
        return !Double.isNaN(told);
    }

    /** Every joule counts; those of an answer that somebody measured teach what one costs. */
    private void pay(PendingRequest pending, int index, Observation seen, ModelState state) {
        double joules = seen.joules();
        settleProbe(pending, index, joules);
        pending.joules[index] = joules;
        sla.joules += joules;
        sla.servedJoules += pending.served == index && !pending.failed[index] ? joules : 0;
        if (!seen.failed() && !seen.assumed()) {
            state.energy.observe(pending.promptTokens, pending.maxTokens, joules);
        }
    }

    private void learn(PendingRequest pending, ModelState state, double score) {
        if (pending.mode == Mode.EXPLORE || policy.learnFromServed()) {
            zoo.learn(state, features(pending), score);
        }
    }

    /** {@code null} where something else made them than what makes them now. */
    private float[] features(PendingRequest pending) {
        boolean other = pending.t <= zoo.shared().otherFeaturesUntil;
        return other ? null : pending.features;
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
            double predicted = share(zoo.predict(state, features(pending)));
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
        sla.queue.resolve(policy, pending.predicted, score);
        window.add(score, policy.shardWindow());
    }
}
