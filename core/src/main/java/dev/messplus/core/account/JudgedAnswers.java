package dev.messplus.core.account;

import dev.messplus.core.DecisionRule;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.JudgeCalibration;
import dev.messplus.core.zoo.Zoo;

/**
 * What answers count as where a judge scores them and people audit some, by {@link
 * JudgeCalibration}.
 *
 * <ul>
 *   <li>Once the judge has scored an answer, or is given up, it counts as g, what people are
 *       expected to say. g is fixed then, before anybody can know what an audit of it says.
 *   <li>An audit replaces g by what the person says, and teaches the calibration. All answers of
 *       about the last window that nobody audited count anew by what is known now: in Q, and in the
 *       averages.
 *   <li>Where the scores are on a scale of their own, nothing is known of their average before the
 *       first audit. Until then, answers count as the promised score on average.
 *   <li>In the {@link ConfidenceSequence}, which assumes nothing of the judge, an answer counts as
 *       g, and g + (s - g) / share with an audit.
 * </ul>
 *
 * <p>An audit that nobody answers in time counts as if it had not been drawn. That assumes that
 * whether people answer does not depend on their score, given g.
 */
final class JudgedAnswers {

    private final Sla sla;
    private final DecisionRule rule;
    private final Zoo zoo;
    private final SlaState state;
    private final ScoreWindow window;

    JudgedAnswers(Sla sla, DecisionRule rule, Zoo zoo, SlaState state, ScoreWindow window) {
        this.sla = sla;
        this.rule = rule;
        this.zoo = zoo;
        this.state = state;
        this.window = window;
    }

    /** g of the served answer, which the judge has just scored. */
    double expected(PendingRequest pending) {
        PendingAnswer answer = pending.servedAnswer();
        return zoo.judge().expected(zoo.index(answer.model), pending.judged.forecast, answer.score);
    }

    /**
     * The request has entered Q.
     *
     * @param expected what it counts as: g
     */
    void count(PendingRequest pending, double expected) {
        JudgedAnswer judged = pending.judged;
        judged.expected = expected;
        if (isOfThisJudge(pending)) {
            judged.number = state.confidence.enterNext();
        }
        if (!judged.drawn) {
            settleUnrated(pending);
            return;
        }
        state.auditsDrawn++;
        if (judged.number > 0) {
            state.confidence.drawn(judged.number);
        }
        if (judged.isRated()) {
            settle(pending);
        }
    }

    /** A person rated an answer. */
    JoinResult rate(PendingRequest pending, Observation seen) {
        JudgedAnswer judged = pending.judged;
        boolean asked = pending.answer(seen.model()) != null;
        boolean served = pending.served < 0 || pending.servedAnswer().model.equals(seen.model());
        if (!judged.drawn || !asked && pending.served >= 0 || !served || !seen.hasScore()) {
            return JoinResult.UNEXPECTED;
        }
        if (judged.settled || judged.isRated()) {
            return JoinResult.DUPLICATE;
        }
        judged.rating = seen.score();
        judged.ratedModel = seen.model();
        if (!pending.resolved) {
            return JoinResult.EARLY;
        }
        settle(pending);
        return JoinResult.APPLIED;
    }

    /** Gives up on an audit that is still missing. */
    void giveUp(PendingRequest pending) {
        if (pending.judged.isAwaited()) {
            state.auditsUnanswered++;
            settleUnrated(pending);
        }
    }

    /**
     * Whether it was decided under the source of today. An answer from before may have the score of
     * another judge: its audit counts, but says nothing of this one.
     */
    private boolean isOfThisJudge(PendingRequest pending) {
        return pending.t > state.confidence.since;
    }

    /** Nobody says what the answer is worth, so it counts as the judge says. */
    private void settleUnrated(PendingRequest pending) {
        JudgedAnswer judged = pending.judged;
        judged.settled = true;
        PendingAnswer answer = scored(pending);
        if (answer != null && isOfThisJudge(pending)) {
            if (judged.drawn) {
                // While its audit was awaited, others changed what it counts as.
                relabel(expected(pending) - judged.expected);
            }
            zoo.judge()
                    .count(
                            zoo.index(answer.model),
                            judged.forecast,
                            answer.score,
                            sla.shardWindow());
            if (sla.labels().kind() == LabelSource.Kind.SIGNAL) {
                double change = zoo.judge().assume(sla.alpha());
                state.price.revalue(change);
                relabel(change);
            }
        }
        if (judged.number > 0) {
            state.confidence.giveUp(judged.number, sla.labels(), judged.expected);
        }
    }

    private void settle(PendingRequest pending) {
        JudgedAnswer judged = pending.judged;
        if (pending.served < 0 || !pending.servedAnswer().model.equals(judged.ratedModel)) {
            giveUp(pending);
            return;
        }
        judged.settled = true;
        state.auditsAnswered++;
        if (judged.number > 0) {
            state.confidence.rate(judged.number, sla.labels(), judged.expected, judged.rating);
        }
        PendingAnswer answer = scored(pending);
        double more = judged.rating - counted(pending);
        if (answer != null && isOfThisJudge(pending)) {
            double change =
                    zoo.judge()
                            .learn(
                                    zoo.index(answer.model),
                                    judged.forecast,
                                    answer.score,
                                    judged.rating);
            state.price.revalue(change);
            more += change;
        }
        if (answer == null) {
            // Averages are over scored answers.
            revalue(more);
        } else {
            relabel(more);
        }
    }

    /** What Q counts the answer as, until a person says otherwise. */
    private double counted(PendingRequest pending) {
        if (scored(pending) != null) {
            return pending.judged.expected;
        }
        return switch (sla.missingLabel()) {
            case AS_PREDICTED -> pending.judged.expected;
            case AS_ZERO -> 0;
            // Q did not move, as by an answer that is just as good as promised.
            case IGNORED -> sla.alpha();
        };
    }

    /** The labels of answers are worth more together by this. */
    private void relabel(double more) {
        state.queue.relabel(more, sla.alpha());
        window.relabel(more);
        revalue(more);
    }

    /** Answers that Q counts already are worth more together by this. */
    private void revalue(double more) {
        double counted = state.queue.absorb(more);
        double q = state.queue.q;
        state.queue.revalue(q - counted, rule.nextQueue(q, 0, counted));
    }

    /** The served answer, if the judge scored it; otherwise {@code null}. */
    private static PendingAnswer scored(PendingRequest pending) {
        PendingAnswer answer = pending.servedAnswer();
        return answer != null && answer.hasScore() ? answer : null;
    }
}
