package dev.messplus.core.account;

import dev.messplus.core.Decision;
import dev.messplus.core.DecisionRule;
import dev.messplus.core.LabelSource;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Observation;
import dev.messplus.core.Priors;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.EarlierLabel;
import dev.messplus.core.cost.Prices;
import dev.messplus.core.zoo.Model;
import dev.messplus.core.zoo.Zoo;
import java.util.List;

/**
 * Joins what becomes known of answers to the requests they belong to. Every fact counts once,
 * however often and in whatever order it arrives.
 */
public final class FeedbackJoin {

    private final Sla sla;
    private final DecisionRule rule;
    private final Zoo zoo;
    private final SlaState state;
    private final ScoreWindow window;
    private final JudgedAnswers judged;

    public FeedbackJoin(Sla sla, DecisionRule rule, Zoo zoo, SlaState state, ScoreWindow window) {
        this.sla = sla;
        this.rule = rule;
        this.zoo = zoo;
        this.state = state;
        this.window = window;
        judged = new JudgedAnswers(sla, rule, zoo, state, window);
    }

    /** Receives what became known of one model's answer. */
    public JoinResult observe(PendingRequest pending, Observation seen) {
        if (seen.outcome() == Observation.Outcome.EXPIRED) {
            return settleUnasked(pending);
        }
        if (seen.outcome() == Observation.Outcome.RATED && isJudged(pending)) {
            return judged.rate(pending, seen);
        }
        if (isScore(seen) && pending.served < 0) {
            return keepEarly(pending, seen);
        }
        PendingAnswer answer = pending.answer(seen.model());
        if (answer == null) {
            boolean notServed = seen.outcome() == Observation.Outcome.NOT_SERVED;
            if (pending.served >= 0 || notServed && !pending.isPlanned()) {
                return JoinResult.UNEXPECTED;
            }
            answer = pending.ask(seen.model());
            if (pending.isPlanned()) {
                zoo.countAsked(seen.model());
            }
        }
        if (isScore(seen) && (answer.failed || !mayHaveAnswer(pending, answer))) {
            return JoinResult.UNEXPECTED;
        }
        Model model = zoo.model(seen.model());
        boolean changed = fail(pending, answer, model, seen);
        boolean news = pay(pending, answer, model, seen);
        changed |= payFailed(answer, model, seen);
        if (seen.isServed() || mayHaveAnswer(pending, answer)) {
            news |= label(pending, answer, seen.score());
        }
        if (serve(pending, answer, model, seen)) {
            news = true;
            labelEarly(pending);
        }
        if (news && !seen.isFailed() && !isScore(seen)) {
            state.scoring.answered();
        }
        changed |= news;
        resolve(pending);
        return changed ? JoinResult.APPLIED : JoinResult.DUPLICATE;
    }

    /** Whether a judge scores the answer: not if it was decided before the SLA had one. */
    private boolean isJudged(PendingRequest pending) {
        return sla.labels().isJudged() && pending.judged != null;
    }

    /** Whether it is a score and nothing else. */
    private static boolean isScore(Observation seen) {
        return seen.outcome() == Observation.Outcome.SCORED
                || seen.outcome() == Observation.Outcome.RATED;
    }

    /** The request got no answer, but no model failed: none was asked. */
    private JoinResult settleUnasked(PendingRequest pending) {
        if (pending.served >= 0) {
            return JoinResult.DUPLICATE;
        }
        for (PendingAnswer answer : pending.answers) {
            answer.failed = true;
            settle(answer, zoo.model(answer.model), 0);
        }
        pending.served = 0;
        leaveUnanswered(pending);
        return JoinResult.APPLIED;
    }

    /** No label can come. */
    private void leaveUnanswered(PendingRequest pending) {
        state.failed++;
        if (!pending.resolved) {
            pending.resolved = true;
            leave(pending);
            if (pending.judged == null) {
                state.confidence.leave(pending.t);
            }
        }
        pending.judged = null;
    }

    /**
     * A user's label can arrive before the job's own records, the last of which is that of the
     * served answer. They may say that the request fell back on another model, or that this one
     * gave no answer: then the label is of an answer that a failure undid.
     */
    private JoinResult keepEarly(PendingRequest pending, Observation seen) {
        if (!seen.hasScore() || !zoo.contains(seen.model())) {
            return JoinResult.UNEXPECTED;
        }
        Double before = pending.earlyScores.putIfAbsent(seen.model(), seen.score());
        return before == null ? JoinResult.EARLY : JoinResult.DUPLICATE;
    }

    private boolean fail(
            PendingRequest pending, PendingAnswer answer, Model model, Observation seen) {
        if (seen.outcome() == Observation.Outcome.SERVED && pending.served < 0) {
            // Asked again after a restore, the model answered: its earlier failure no longer holds.
            answer.failed = false;
        }
        if (!seen.isFailed() || answer.failed || pending.servedAnswer() == answer) {
            return false;
        }
        answer.failed = true;
        model.state().failures++;
        settle(answer, model, seen.hasFailedJoules() ? seen.failedJoules() : 0);
        return true;
    }

    /**
     * Adds all joules to the sums. The model's price learns only from measured joules of answers.
     */
    private boolean pay(
            PendingRequest pending, PendingAnswer answer, Model model, Observation seen) {
        if (!isNews(seen.joules(), answer.joules)) {
            return false;
        }
        double joules = seen.joules();
        if (seen.measuresAnAnswer()) {
            model.state().energy.observe(pending.prompt, seen.energy());
        }
        double added = joules - (model.state().energy.elastic ? 0 : seen.energy().idleJoules());
        if (answer.reservedJoules > 0) {
            settle(answer, model, Prices.probeCost(added, zoo.prices().typical()));
        } else {
            rule.spent(added);
        }
        answer.joules = joules;
        state.joules += joules;
        if (pending.servedAnswer() == answer && !answer.failed) {
            state.servedJoules += joules;
        } else if (pending.isPlanned(answer)) {
            state.plannedJoules += joules;
        }
        return true;
    }

    /** Sets joules aside for the second answer that a decision asks for. */
    public void reserve(PendingAnswer answer, Decision decided) {
        answer.reservedJoules = decided.probeJoules;
        answer.reserved = decided.reserved;
        take(answer, zoo.model(answer.model), decided.probeJoules);
    }

    /** Takes what a second answer took, in place of what was set aside for it. */
    private void settle(PendingAnswer answer, Model model, double joules) {
        if (answer.reservedJoules > 0) {
            take(answer, model, joules - answer.reservedJoules);
            answer.reservedJoules = 0;
        }
    }

    private void take(PendingAnswer answer, Model model, double joules) {
        if (answer.reserved) {
            model.state().probeReserveJoules -= joules;
        } else {
            state.probeAllowanceJoules -= joules;
        }
    }

    private boolean payFailed(PendingAnswer answer, Model model, Observation seen) {
        if (!isNews(seen.failedJoules(), answer.failedJoules)) {
            return false;
        }
        answer.failedJoules = seen.failedJoules();
        model.state().energy.failures.add(seen.failedJoules());
        state.joules += seen.failedJoules();
        state.failedJoules += seen.failedJoules();
        return true;
    }

    /** The labels of the models that gave an answer, now that it is known which did. */
    private void labelEarly(PendingRequest pending) {
        if (!pending.earlyScores.isEmpty()) {
            for (PendingAnswer answer : pending.answers) {
                if (mayHaveAnswer(pending, answer)) {
                    label(
                            pending,
                            answer,
                            pending.earlyScores.getOrDefault(answer.model, Double.NaN));
                }
            }
        }
    }

    /** Another request has one answer: another model failed, or was passed over. */
    private static boolean mayHaveAnswer(PendingRequest pending, PendingAnswer answer) {
        return pending.hasSeveralAnswers() || pending.servedAnswer() == answer;
    }

    private boolean label(PendingRequest pending, PendingAnswer answer, double score) {
        if (answer.failed || !isNews(score, answer.score)) {
            return false;
        }
        answer.score = score;
        state.unratedStreak = 0;
        if (isJudged(pending) && (pending.served < 0 || pending.servedAnswer() == answer)) {
            // What is served is reported last.
            pending.judged.forecast = zoo.labelForecast(zoo.model(answer.model), features(pending));
        }
        double counted = counted(pending, score);
        learn(pending, answer, counted);
        return true;
    }

    private void learn(PendingRequest pending, PendingAnswer answer, double score) {
        if (rule.settings().learnsFrom(pending.mode)) {
            zoo.model(answer.model)
                    .predictor()
                    .learn(features(pending), score, noise(pending), earlier(pending, answer));
        }
    }

    /** The labels of the request's other answers, which were learned from before. */
    private List<EarlierLabel> earlier(PendingRequest pending, PendingAnswer answer) {
        if (pending.answers.size() == 1) {
            return List.of();
        }
        return pending.answers.stream()
                .filter(other -> other != answer && other.hasScore())
                .map(
                        other ->
                                new EarlierLabel(
                                        zoo.model(other.model).state().accuracy,
                                        counted(pending, other.score)))
                .toList();
    }

    /** What a label counts as, in Q and in beliefs. */
    private double counted(PendingRequest pending, double score) {
        LabelSource source = sla.labels();
        return source.isSelective() ? source.rated(score, pending.forecast) : score;
    }

    /** A pseudo-score is noisier than a label. */
    private double noise(PendingRequest pending) {
        LabelSource source = sla.labels();
        return source.isSelective()
                ? Math.max(Priors.LABEL_VARIANCE, source.variance(pending.forecast))
                : Priors.LABEL_VARIANCE;
    }

    private boolean serve(
            PendingRequest pending, PendingAnswer answer, Model model, Observation seen) {
        if (!seen.isServed() || pending.served >= 0) {
            return false;
        }
        pending.served = pending.answers.indexOf(answer);
        if (answer.failed) {
            leaveUnanswered(pending);
            return true;
        }
        model.state().served++;
        if (!Double.isNaN(answer.joules)) {
            state.servedJoules += answer.joules;
            state.plannedJoules -= pending.isPlanned(answer) ? answer.joules : 0;
        }
        if ((pending.served != 0 || pending.isPlanned()) && !pending.resolved) {
            expectServed(pending, model);
        }
        return true;
    }

    /**
     * Puts a request in flight.
     *
     * @param expected index of the answer that is expected to be served
     * @param predicted its forecast, in [0, 1]
     */
    public void enter(PendingRequest pending, int expected, double predicted) {
        Model model = zoo.model(pending.answers.get(expected).model);
        pending.expected = expected;
        pending.predicted = predicted;
        model.state().inFlight++;
        pending.regressors = model.predictor().enter(features(pending));
        state.queue.enter(predicted, pending.plannedGain);
    }

    /** The request leaves flight. */
    private void leave(PendingRequest pending) {
        Model model = zoo.model(pending.answers.get(pending.expected).model);
        // A model that left the zoo and came back never saw its requests of before enter.
        model.state().inFlight = Math.max(0, model.state().inFlight - 1);
        model.predictor().leave(features(pending), pending.regressors);
        state.queue.leave(pending.predicted, pending.plannedGain);
    }

    /**
     * The request fell back on another model, or the second of two answers is served. Of two that
     * are scored the better one is, so it counts as no less than the chosen one. An answer without
     * a score ended its plan, which then adds nothing.
     */
    private void expectServed(PendingRequest pending, Model model) {
        double predicted = zoo.accuracy(model, features(pending));
        boolean fellBack = pending.answers.get(pending.expected).failed;
        boolean planEnded = pending.isPlanned() && !pending.servedAnswer().hasScore();
        if (fellBack || planEnded || predicted > pending.predicted) {
            leave(pending);
            pending.plannedGain = 0;
            enter(pending, pending.served, predicted);
        }
    }

    /** The label of the served answer enters Q. */
    private void resolve(PendingRequest pending) {
        PendingAnswer served = pending.servedAnswer();
        if (pending.resolved || served == null || !served.hasScore()) {
            return;
        }
        pending.resolved = true;
        state.queue.countRating(true, sla);
        if (isJudged(pending)) {
            countJudged(pending, served);
            return;
        }
        count(pending, counted(pending, served.score));
        state.confidence.rate(pending.t, sla.labels(), pending.forecast, served.score);
    }

    /** The answer counts as what people are expected to say, now that the judge has spoken. */
    private void countJudged(PendingRequest pending, PendingAnswer served) {
        leave(pending);
        rule.resolved(served.score - pending.judged.forecast);
        double expected = judged.expected(pending);
        state.queue.label(rule.nextQueue(state.queue.q, expected), expected, sla.alpha());
        window.add(expected, sla.shardWindow());
        judged.count(pending, expected);
    }

    private void count(PendingRequest pending, double score) {
        VirtualQueue queue = state.queue;
        leave(pending);
        double error = score - pending.predicted;
        rule.resolved(error);
        double counts = score + (sla.answersPerLabel() - 1) * error;
        queue.label(rule.nextQueue(queue.q, counts), score, sla.alpha());
        window.add(score, sla.shardWindow());
    }

    /** Gives up on the labels that a request still misses. */
    public void expire(PendingRequest pending) {
        if (!pending.resolved) {
            giveUp(pending);
        }
        if (isJudged(pending)) {
            judged.giveUp(pending);
        }
    }

    private void giveUp(PendingRequest pending) {
        pending.resolved = true;
        state.expired++;
        state.unratedStreak++;
        if (sla.missingLabel() != MissingLabelPolicy.IGNORED) {
            state.queue.countRating(false, sla);
        }
        if (sla.labels().isSelective()) {
            countSilence(pending);
        } else {
            countMissing(pending);
        }
        if (isJudged(pending)) {
            judged.count(pending, pending.predicted);
        } else {
            state.confidence.giveUp(pending.t, sla.labels(), pending.forecast);
        }
    }

    /** That users did not rate an answer says something of it. */
    private void countSilence(PendingRequest pending) {
        double score = sla.labels().unrated(pending.forecast);
        PendingAnswer served = pending.servedAnswer();
        if (served != null) {
            learn(pending, served, score);
        }
        count(pending, score);
    }

    private void countMissing(PendingRequest pending) {
        leave(pending);
        switch (sla.missingLabel()) {
            case AS_PREDICTED -> assume(pending.predicted);
            case AS_ZERO -> assume(0);
            case IGNORED -> {}
        }
    }

    private void assume(double score) {
        state.queue.assume(rule.nextQueue(state.queue.q, score));
    }

    /** The features of a request; {@code null} where another embedding made them. */
    private float[] features(PendingRequest pending) {
        boolean other = pending.t <= zoo.shared().otherFeaturesUntil;
        return other ? null : pending.prompt.features();
    }

    private static boolean isNews(double reported, double known) {
        return !Double.isNaN(reported) && Double.isNaN(known);
    }
}
