package dev.messplus.infer;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.JudgeReading;
import dev.messplus.infer.call.Answer;
import dev.messplus.record.RoutedRequest;
import java.util.Arrays;
import java.util.List;

/**
 * What the scores of the answers to a request decide: which one is served, and whether another
 * model is asked. Answers are in the order of the ranking, from its start.
 */
final class AnswerChoice {

    private AnswerChoice() {}

    /**
     * Rank of the answer to serve; -1 if there is none. It is the answer with the highest score (of
     * a judge: with the score that people are expected to give), where one without a score, such as
     * a tool call, counts with its predicted score: it need not be worse than a text that was
     * scored. The ranking breaks ties.
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
        if (Double.isNaN(answer.score())) {
            return routed.predictedScores()[rank];
        }
        JudgeReading reading = routed.reading();
        return reading == null ? answer.score() : reading.expectedScore(rank, answer.score());
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
                scores[rank] = answer.ok() ? accuracy(routed, answer, rank) : AnswerPlan.NO_ANSWER;
            }
        }
        return plan.next(scores);
    }
}
