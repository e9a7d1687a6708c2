package dev.messplus.infer;

import dev.messplus.core.AnswerPlan;
import dev.messplus.infer.call.Answer;
import dev.messplus.record.RoutedRequest;
import java.util.Arrays;
import java.util.List;

/**
 * What the scores of the answers to a request decide: which one is served, and whether another
 * model is asked. Answers are in the order of the ranking, from its start.
 */
final class AnswerChoice {

    /** Predicted scores lie roughly in [0, 1]; less than this they are below every score. */
    private static final double UNSCORED_LAST = 10;

    private AnswerChoice() {}

    /**
     * Rank of the answer to serve; -1 if there is none. It is the answer with the highest score;
     * the ranking breaks ties.
     *
     * <p>One without a score, such as a tool call, counts with its predicted score: it need not be
     * worse than a text that was scored. But where a plan was followed, a further answer was asked
     * for to be better than what is known: one without a score is served only if there is no other.
     */
    static int served(RoutedRequest routed, List<Answer> answers) {
        int best = -1;
        double bestAccuracy = Double.NaN;
        for (int rank = 0; rank < answers.size(); rank++) {
            Answer answer = answers.get(rank);
            if (!answer.ok()) {
                continue;
            }
            double accuracy = accuracy(routed, answer, rank);
            if (best < 0 || accuracy > bestAccuracy) {
                best = rank;
                bestAccuracy = accuracy;
            }
        }
        return best;
    }

    private static double accuracy(RoutedRequest routed, Answer answer, int rank) {
        if (!Double.isNaN(answer.score())) {
            return answer.score();
        }
        double predicted = routed.predictedScores()[rank];
        return routed.plan() == null ? predicted : predicted - UNSCORED_LAST;
    }

    /** Rank of the answer that is served. A failed request is attributed to the chosen model. */
    static int accountable(RoutedRequest routed, List<Answer> answers) {
        return Math.max(served(routed, answers), 0);
    }

    /**
     * Rank of the model that the plan asks next, now that one has answered; -1 if the best answer
     * so far is to be served. An answer without a score ends the plan, because nobody knows whether
     * a further one is needed.
     */
    static int next(RoutedRequest routed, List<Answer> answers) {
        AnswerPlan plan = routed.plan();
        if (plan == null || answers.stream().noneMatch(Answer::ok)) {
            return -1;
        }
        double[] scores = new double[plan.costs().length];
        Arrays.fill(scores, Double.NaN);
        for (int rank = 0; rank < answers.size(); rank++) {
            Answer answer = answers.get(rank);
            if (answer.ok() && Double.isNaN(answer.score())) {
                return -1;
            }
            // Behind those of the plan are models that were unavailable at the decision.
            if (rank < scores.length) {
                scores[rank] = answer.ok() ? answer.score() : AnswerPlan.NO_ANSWER;
            }
        }
        return plan.next(scores);
    }
}
