package dev.messplus.core.algorithm;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request to several models, and what they would answer, all by model index.
 *
 * @param scores of their answers, in [0, 1]
 * @param forecasts of them
 * @param failed whether the model gives no answer
 * @param unscored whether nobody says what the answer is worth
 * @param best the model that the policy to compare with asks; -1 if it asks all
 */
record SequenceRequest(
        double[] scores, float[] forecasts, boolean[] failed, boolean[] unscored, int best) {

    /** What became of a request: the models asked, in turn, and the one that answers it, or -1. */
    record Path(List<Integer> asked, int served) {}

    static SequenceRequest of(int models, int best) {
        return new SequenceRequest(
                new double[models],
                new float[models],
                new boolean[models],
                new boolean[models],
                best);
    }

    /** Asks models as a decision says, as the job does. */
    Path follow(Decision d) {
        int[] ranking = d.ranking.clone();
        double[] known = new double[ranking.length];
        Arrays.fill(known, Double.NaN);
        List<Integer> asked = new ArrayList<>();
        int served = -1;
        boolean ended = false;
        int rank = 0;
        while (rank >= 0) {
            int m = ranking[rank];
            asked.add(m);
            known[rank] = failed[m] ? AnswerPlan.NO_ANSWER : scores[m];
            ended |= !failed[m] && unscored[m];
            if (!failed[m] && isBetter(m, served)) {
                served = m;
            }
            if (asked.size() < d.asked) {
                rank = asked.size();
            } else {
                rank = ended || d.plan == null ? -1 : d.plan.next(known);
            }
        }
        return new Path(asked, served);
    }

    private boolean isBetter(int m, int served) {
        return served < 0 || !unscored[m] && (unscored[served] || scores[m] > scores[served]);
    }

    /** Score of the answer, or alpha if there is none, because such a request does not count. */
    double score(Path path, double alpha) {
        return path.served < 0 ? alpha : scores[path.served];
    }

    /**
     * What the theorem adds for the request: 1 if its answer has no score, or if the model failed
     * that was to be asked; otherwise what the errors of other forecasts have that model be taken
     * too low by.
     *
     * @param correlation rho
     */
    double unknown(Path path, double correlation) {
        if (path.served < 0 || best < 0) {
            return 0;
        }
        if (isSilent(path) || failed[best]) {
            return 1;
        }
        return path.asked.contains(best) ? 0 : Math.max(0, Math.min(1, -shift(path, correlation)));
    }

    /** Whether an answer without a score ended the plan. */
    boolean isSilent(Path path) {
        return path.asked.stream().anyMatch(m -> unscored[m] && !failed[m]);
    }

    /** What the errors of the answers so far change the forecasts of the others by. */
    double shift(Path path, double correlation) {
        List<Integer> answers = path.asked.stream().filter(m -> !failed[m]).toList();
        double errors = answers.stream().mapToDouble(m -> scores[m] - forecasts[m]).sum();
        return answers.isEmpty()
                ? 0
                : correlation / (1 + (answers.size() - 1) * correlation) * errors;
    }
}
