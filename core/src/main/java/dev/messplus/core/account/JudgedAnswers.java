package dev.messplus.core.account;

import dev.messplus.core.DecisionRule;
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
 *       about the last window that nobody audited count anew by what is known now.
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

    JudgedAnswers(Sla sla, DecisionRule rule, Zoo zoo, SlaState state) {
        this.sla = sla;
        this.rule = rule;
        this.zoo = zoo;
        this.state = state;
    }

    /** g of an answer that the judge has scored. */
    double expected(PendingAnswer answer) {
        return zoo.judge().expected(zoo.index(answer.model), answer.judgeForecast, answer.score);
    }

    /**
     * The request has entered Q.
     *
     * @param expected what it counts as: g
     */
    void count(PendingRequest pending, double expected) {
        pending.judgedScore = expected;
        if (pending.t > state.confidence.since) {
            pending.judgedAs = state.confidence.enterNext();
        }
        if (!pending.audited) {
            settleUnaudited(pending);
        } else {
            state.auditsDrawn++;
            if (pending.judgedAs > 0) {
                state.confidence.drawn(pending.judgedAs);
            }
            if (!Double.isNaN(pending.auditScore)) {
                settle(pending);
            }
        }
    }

    /** A person scored an answer. */
    JoinResult audit(PendingRequest pending, Observation seen) {
        boolean asked = pending.answer(seen.model()) != null;
        boolean served = pending.served < 0 || pending.servedAnswer().model.equals(seen.model());
        if (!pending.audited || !asked && pending.served >= 0 || !served || !seen.hasScore()) {
            return JoinResult.UNEXPECTED;
        }
        if (pending.auditSettled || !Double.isNaN(pending.auditScore)) {
            return JoinResult.DUPLICATE;
        }
        pending.auditScore = seen.score();
        pending.auditedModel = seen.model();
        if (!pending.resolved) {
            return JoinResult.EARLY;
        }
        settle(pending);
        return JoinResult.APPLIED;
    }

    /** Gives up on an audit that is still missing. */
    void giveUp(PendingRequest pending) {
        if (pending.audited && !pending.auditSettled) {
            state.auditsUnanswered++;
            settleUnaudited(pending);
        }
    }

    /** Nobody says what the answer is worth, so it counts as the judge says. */
    private void settleUnaudited(PendingRequest pending) {
        pending.auditSettled = true;
        PendingAnswer answer = scored(pending);
        if (answer != null) {
            zoo.judge()
                    .count(
                            zoo.index(answer.model),
                            answer.judgeForecast,
                            answer.score,
                            sla.shardWindow());
        }
        if (pending.judgedAs > 0) {
            state.confidence.giveUp(pending.judgedAs, sla.labels(), pending.judgedScore);
        }
    }

    private void settle(PendingRequest pending) {
        if (pending.served < 0 || !pending.servedAnswer().model.equals(pending.auditedModel)) {
            giveUp(pending);
            return;
        }
        pending.auditSettled = true;
        state.auditsAnswered++;
        double score = pending.auditScore;
        if (pending.judgedAs > 0) {
            state.confidence.rate(pending.judgedAs, sla.labels(), pending.judgedScore, score);
        }
        PendingAnswer answer = scored(pending);
        double more = score - pending.judgedScore;
        if (answer != null) {
            double change =
                    zoo.judge()
                            .learn(
                                    zoo.index(answer.model),
                                    answer.judgeForecast,
                                    answer.score,
                                    score);
            state.price.revalue(change);
            more += change;
        }
        state.queue.revalue(rule.nextQueue(state.queue.q, 0, more));
    }

    /** The served answer, if the judge scored it; otherwise {@code null}. */
    private static PendingAnswer scored(PendingRequest pending) {
        PendingAnswer answer = pending.servedAnswer();
        return answer != null && answer.hasScore() ? answer : null;
    }
}
