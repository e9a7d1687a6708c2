package dev.messplus.core.account;

import dev.messplus.core.Mode;
import dev.messplus.core.Prompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A request that was decided and does not have all its labels yet: what learning needs once they
 * come, and which of them came, so that none counts twice.
 */
public final class PendingRequest {

    /**
     * The answers of other decisions that are kept apart, at most: some repeats of all models of a
     * zoo, at 50 bytes each.
     */
    public static final int MAX_REPEATED_ANSWERS = 32;

    /** Number of the request under its SLA. */
    public long t;

    /** Number of the decision; a request can be decided again after a failure. */
    public long decision;

    /** When it was decided, in milliseconds since the epoch. */
    public long decidedAtMillis;

    /** How it was decided. */
    public Mode mode = Mode.EXPLOIT;

    /** The prompt. */
    public Prompt prompt = new Prompt(new float[0], 0, 0);

    /** The models asked, the chosen one first; a model that the request fell back on is added. */
    public List<PendingAnswer> answers = new ArrayList<>();

    /** Index in {@link #answers} of the one that was served, -1 until known. */
    public int served = -1;

    /** Labels that came {@link JoinResult#EARLY}, by model. */
    public Map<String, Double> earlyScores = new HashMap<>();

    /** What was booked of answers that other decisions on the request asked for. */
    public List<RepeatedAnswer> repeated = new ArrayList<>();

    /**
     * Forecast accuracy of the answer that is served, in [0, 1], made at the decision and then
     * kept.
     */
    public double forecast;

    /**
     * How many models were asked at once, if a plan may ask further ones by the scores of their
     * answers; 0 if there is no plan.
     */
    public int plannedAfter;

    /** What further answers are expected to add to the score of the first, at least 0. */
    public double plannedGain;

    /** The forecast, or that of the model that the request fell back on. */
    public double predicted;

    /** Index in {@link #answers} of the one that is expected to be served. */
    public int expected;

    /** What {@code Predictor.leave} needs of the model of that answer. */
    public int regressors;

    /** What is known of the served answer where a judge scores it; {@code null} elsewhere. */
    public JudgedAnswer judged;

    /** Whether it has left D: its label is in Q, or no model answered it, or it expired. */
    public boolean resolved;

    /** What is known of a model's answer; {@code null} when the model was not asked. */
    public PendingAnswer answer(String model) {
        for (PendingAnswer answer : answers) {
            if (answer.model.equals(model)) {
                return answer;
            }
        }
        return null;
    }

    /**
     * What was booked of a model's answer to another decision; {@code null} if there is no room for
     * it.
     */
    RepeatedAnswer repeatedAnswer(long otherDecision, String model) {
        for (RepeatedAnswer answer : repeated) {
            if (answer.decision == otherDecision && answer.model.equals(model)) {
                return answer;
            }
        }
        if (repeated.size() == MAX_REPEATED_ANSWERS) {
            return null;
        }
        RepeatedAnswer answer = new RepeatedAnswer(otherDecision, model);
        repeated.add(answer);
        return answer;
    }

    /** Ids of the models asked, in the order of {@link #answers}. */
    public List<String> models() {
        return answers.stream().map(answer -> answer.model).toList();
    }

    /** The answer that was served; {@code null} until known. */
    public PendingAnswer servedAnswer() {
        return served < 0 ? null : answers.get(served);
    }

    /**
     * Whether nothing more can come: served and labelled, and so is every model explored. Of a plan
     * nothing more comes once it is known what was served: that is reported last.
     */
    public boolean isComplete() {
        return resolved
                && served >= 0
                && (judged == null || !judged.isAwaited())
                && (mode != Mode.EXPLORE || allLabelled());
    }

    /** Whether more than one of its answers may be labelled. */
    boolean hasSeveralAnswers() {
        return isPlanned() || mode == Mode.EXPLORE;
    }

    /** Whether further models may be asked, by the scores of the answers before. */
    public boolean isPlanned() {
        return plannedAfter > 0;
    }

    /** Whether a plan has an answer: it was not asked for to learn from it. */
    boolean isPlanned(PendingAnswer answer) {
        int at = answers.indexOf(answer);
        return isPlanned() && (at == 0 || at >= plannedAfter);
    }

    private boolean allLabelled() {
        for (PendingAnswer answer : answers) {
            if (!answer.hasScore() && !answer.failed) {
                return false;
            }
        }
        return true;
    }

    /** Adds a model to those asked. */
    public PendingAnswer ask(String model) {
        PendingAnswer answer = new PendingAnswer(model);
        answers.add(answer);
        return answer;
    }
}
