package dev.messplus.core.algorithm;

import dev.messplus.core.AuditDraw;
import dev.messplus.core.Decision;
import dev.messplus.core.DecisionRule;
import dev.messplus.core.EnergyCorrection;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.account.Booking;
import dev.messplus.core.account.ConfidenceSequence;
import dev.messplus.core.account.FeedbackJoin;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.JudgedAnswer;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.RepeatBooking;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.baseline.ReachableScore;
import dev.messplus.core.belief.BayesPredictor;
import dev.messplus.core.belief.JudgeCalibration;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.cost.FleetPlan;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.paper.SgdPredictor;
import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.core.shard.ShardExchange;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.core.zoo.Zoo;
import java.util.List;

/**
 * MESS+ for one SLA, or one shard of it: chooses a model for every request, to use the least energy
 * while the average accuracy stays at or above alpha. {@link PaperRule} and {@link StreamRule} are
 * the rules by which it chooses.
 *
 * <p>A request's life is {@link #decide}, {@link #admit}, any number of {@link #observe} in any
 * order, and {@link #expire} if labels are still missing after its time.
 *
 * <p>A shard has a queue of its own. It learns from the requests of all shards ({@link
 * #learnFromOtherShards}), and must keep the promise for its own requests and for the whole SLA.
 *
 * <p>Not thread safe. {@link #decide} allocates nothing but a plan.
 */
public final class MessPlus {

    private final Sla sla;
    private final AlgorithmState state;
    private final Zoo zoo;
    private final DecisionRule rule;
    private final FeedbackJoin join;
    private final RepeatBooking repeats;
    private final Decision decision;

    /**
     * The algorithm over its state.
     *
     * @param models ids of the models, at least one; their order is that of the indices in {@link
     *     Decision}, and means nothing else
     * @param state what is known, which is changed in place; the caller stores it
     */
    public MessPlus(Sla sla, Rule rule, List<String> models, AlgorithmState state) {
        this(sla, rule, models, state, new FleetPlan(models.size()));
    }

    /**
     * The algorithm of one of several SLAs that call the same models.
     *
     * @param plan which of the models are kept busy, by the requests of all these SLAs
     */
    public MessPlus(Sla sla, Rule rule, List<String> models, AlgorithmState state, FleetPlan plan) {
        this(sla, rule, models, state, predictors(sla, rule), plan);
    }

    /** The algorithm with other predictors than its rule's, which can be followed by hand. */
    MessPlus(
            Sla sla,
            Rule rule,
            List<String> models,
            AlgorithmState state,
            Predictor.Factory predictors) {
        this(sla, rule, models, state, predictors, new FleetPlan(models.size()));
    }

    private MessPlus(
            Sla sla,
            Rule rule,
            List<String> models,
            AlgorithmState state,
            Predictor.Factory predictors,
            FleetPlan plan) {
        this.sla = sla;
        this.state = state;
        useLabels(sla.labels(), state);
        zoo = state.zoo(models, predictors, plan);
        this.rule =
                rule instanceof PaperRule.Config paper
                        ? new PaperRule(paper, sla, zoo, state.sla().queue)
                        : new StreamRule((StreamRule.Config) rule, sla, zoo, state.sla());
        join = new FeedbackJoin(sla, this.rule, zoo, state.sla(), state.window());
        repeats = new RepeatBooking(zoo, state.sla());
        decision = new Decision(models.size());
    }

    /** What audits say of one judge's scores says nothing of another's, nor of people's. */
    private static void useLabels(LabelSource labels, AlgorithmState state) {
        ConfidenceSequence confidence = state.sla().confidence;
        if (confidence.isOfOthers(labels)) {
            state.shared().judge = new JudgeCalibration();
        }
        confidence.use(labels, state.sla().t);
    }

    private static Predictor.Factory predictors(Sla sla, Rule rule) {
        return rule instanceof PaperRule.Config paper
                ? (shared, own, expected) -> new SgdPredictor(own, paper.learningRate())
                : (shared, own, expected) -> new BayesPredictor(shared, own, expected, sla.alpha());
    }

    /**
     * Begins with recorded outcomes instead of nothing. A model that is not recorded begins as a
     * new one, and one that is not in the zoo is left out. Recorded joules are what a model is
     * assumed to cost unless something else is.
     *
     * @throws IllegalArgumentException if the rule is the paper's, or a request was decided before
     */
    public void begin(WarmStart recorded) {
        if (recorded.isEmpty()) {
            return;
        }
        if (!(rule instanceof StreamRule)) {
            throw new IllegalArgumentException("warmStart: has no effect under the paper's rule");
        }
        if (state.sla().t > 0) {
            throw new IllegalArgumentException(
                    "warmStart: must come before the first request, came after " + state.sla().t);
        }
        zoo.begin(recorded);
    }

    /**
     * Says which embedding makes the features from now on. If it is a different one than before,
     * what was learned of features begins anew; means and counts of models still hold.
     *
     * @param name name of the embedding
     * @return whether it is a different one
     */
    public boolean useEmbedding(String name) {
        return zoo.useEmbedding(name, state.sla().t);
    }

    /**
     * Decides a request. Without {@link #admit} the decision leaves no trace.
     *
     * @param requestId what the exploration draw hashes
     * @param nowMillis time of the decision, which says which models are available, in milliseconds
     *     since the epoch
     * @return the same object at every call
     */
    public Decision decide(CharSequence requestId, Prompt prompt, long nowMillis) {
        zoo.begin(decision, state.sla().t + 1, nowMillis);
        zoo.forecast(decision, prompt);
        rule.decide(decision, requestId);
        decision.audited = AuditDraw.draws(sla, requestId);
        boolean several = decision.asked > 1 || decision.plan != null;
        decision.reading = several && sla.labels().isJudged() ? zoo.judgeReading(decision) : null;
        return decision;
    }

    /**
     * Explains a decision, in some microseconds.
     *
     * @param decided the last decision of {@link #decide}, before it is admitted
     */
    public Explanation explain(Decision decided) {
        return Explanation.of(decided, sla, zoo, state.sla(), rule);
    }

    /**
     * Puts a request in flight.
     *
     * @param decided the last decision of {@link #decide}
     * @param prompt its prompt, which is kept
     * @return what to keep until the request is complete
     * @throws IllegalArgumentException if another request was admitted since it was decided
     */
    public PendingRequest admit(Decision decided, Prompt prompt, long nowMillis) {
        SlaState sums = state.sla();
        if (decided.t != sums.t + 1) {
            throw new IllegalArgumentException(
                    "decision: must be the next one, " + (sums.t + 1) + ", was " + decided.t);
        }
        PendingRequest pending = new PendingRequest();
        pending.t = decided.t;
        pending.decidedAtMillis = nowMillis;
        pending.mode = decided.mode;
        pending.prompt = prompt;
        if (sla.labels().isJudged()) {
            pending.judged = new JudgedAnswer();
            pending.judged.drawn = decided.audited;
        }
        for (int place = 0; place < decided.asked; place++) {
            int m = decided.ranking[place];
            pending.ask(zoo.model(m).id());
            zoo.countAsked(m);
        }
        if (decided.probeJoules > 0) {
            join.reserve(pending.answers.get(1), decided);
        }
        pending.forecast = Predictor.clamped(decided.accuracy[decided.chosen()]);
        if (decided.plan != null) {
            double planned = decided.plan.expectedScore(decided.asked);
            pending.plannedAfter = decided.asked;
            pending.plannedGain = planned - pending.forecast;
            pending.forecast = planned;
        }
        join.enter(pending, 0, pending.forecast);
        if (pending.judged == null) {
            sums.confidence.enter(decided.t);
        }
        sums.t = decided.t;
        rule.admitted(decided);
        if (decided.asked > 1) {
            sums.explored++;
        }
        return pending;
    }

    /**
     * Receives what became known of one model's answer to a request, see {@link FeedbackJoin}.
     *
     * @param pending the request, which is changed
     * @param seen what became known; a model that was not asked at first must be reported as served
     *     or failed before its joules are reported
     */
    public JoinResult observe(PendingRequest pending, Observation seen) {
        return join.observe(pending, seen);
    }

    /**
     * Books the joules of an answer that another decision on a request asked for: a repeat of the
     * request, or a decision that a failure undid. They count once for each decision and model, and
     * teach what answers take. Nothing else of the observation counts.
     *
     * @param pending the request, which is changed
     * @param decision number of the other decision
     */
    public Booking bookRepeat(PendingRequest pending, long decision, Observation seen) {
        return repeats.book(pending, decision, seen);
    }

    /**
     * Books the joules of an answer that a failure undid together with the decision that asked for
     * it. The caller must report each such answer once.
     */
    public Booking bookUndone(Observation seen) {
        return repeats.bookUndone(seen);
    }

    /**
     * Puts right what was booked of a call, and learns from what it took. The caller must report
     * each correction once.
     *
     * @param counts whether the decision counts that asked for the call; otherwise it was booked by
     *     {@link #bookRepeat} or {@link #bookUndone}
     */
    public void correct(EnergyCorrection correction, boolean counts) {
        SlaState sums = state.sla();
        double more = correction.joulesMore();
        double failedMore = correction.failedJoulesMore();
        sums.joules += more + failedMore;
        if (!counts) {
            sums.repeatJoules += more + failedMore;
        } else {
            sums.failedJoules += failedMore;
            sums.servedJoules += correction.use() == EnergyCorrection.Use.SERVED ? more : 0;
            sums.plannedJoules += correction.use() == EnergyCorrection.Use.PLANNED ? more : 0;
        }
        zoo.model(correction.model()).state().energy.failures.addMore(failedMore);
        if (correction.hasJoules()) {
            zoo.model(correction.model())
                    .state()
                    .energy
                    .observe(correction.prompt(), correction.energy());
        }
    }

    /**
     * Books the joules of calls that scored an answer. The caller must report each once.
     *
     * @param counts whether the decision counts that asked for the answer
     */
    public void bookScoring(double joules, boolean counts) {
        SlaState sums = state.sla();
        sums.joules += joules;
        if (counts) {
            sums.scoringJoules += joules;
            sums.scoring.add(joules);
        } else {
            sums.repeatJoules += joules;
        }
    }

    /** Gives up on the labels that a request still misses. */
    public void expire(PendingRequest pending) {
        join.expire(pending);
    }

    /**
     * Learns from the requests of other shards, what {@link ShardExchange} adds up.
     *
     * @param sums what became known of those requests, and was not reported before; models that are
     *     not in the zoo are ignored
     */
    public void learnFromOtherShards(OutcomeSums sums) {
        zoo.learn(sums);
        if (sums.served > 0) {
            VirtualQueue queue = state.sla().queue;
            queue.qOfOtherShards =
                    rule.nextQueue(queue.qOfOtherShards, sums.served, sums.servedScoreSum);
        }
    }

    /**
     * Marks a model unavailable for a while, because calling it is pointless: unless there is no
     * other, it is neither chosen nor explored. Of two times the later one counts, in whatever
     * order they arrive.
     *
     * @param model id of the model; one that is not in the zoo is ignored
     * @param untilMillis in milliseconds since the epoch
     * @return whether this is news
     */
    public boolean markUnavailable(String model, long untilMillis) {
        return zoo.model(model).state().markUnavailable(untilMillis);
    }

    /**
     * Says how many calls of a model are in flight in the whole job: what its price depends on.
     *
     * @param model id of the model; one that is not in the zoo is ignored
     * @param calls calls in flight, lately, at least 0
     * @param most the most that may be; 0 while that has not been reached
     */
    public void load(String model, double calls, double most) {
        zoo.model(model).state().energy.load.observe(calls, most);
    }

    public Sla sla() {
        return sla;
    }

    /**
     * The price of quality, in joules per unit of score; {@code NaN} or infinite where V of the
     * paper is 0. It changes nothing, so another thread may ask.
     */
    public double joulesPerScore() {
        return rule.joulesPerScore();
    }

    /** The most that Q may be now, in requests; infinite under the paper's rule. */
    public double maxQueue() {
        return rule.maxQueue();
    }

    /** What the zoo is estimated to reach, see {@link ReachableScore}. */
    public double reachableScore() {
        boolean sequential =
                rule.settings() instanceof StreamRule.Config stream
                        && stream.isSequential(sla.labels());
        return ReachableScore.estimate(zoo, sequential, sla.labels().isJudged());
    }

    /** How sure the average score of all answers served so far is. */
    public ConfidenceSequence.Interval scoreInterval() {
        return state.sla().confidence.interval(sla);
    }

    /**
     * How many requests in a row may go without a label before the source of labels must be taken
     * to be silent; see {@link SlaState#unratedStreak}.
     */
    public long longestSilence() {
        return sla.labels().longestSilence(sla.alpha());
    }

    /** Everything that is known. */
    public AlgorithmState state() {
        return state;
    }
}
