package dev.messplus.core;

import java.util.Arrays;

/**
 * Which models to ask for one request, one after the other, each only if the scores of the answers
 * so far make its answer worth its joules: Pandora's rule (Weitzman, "Optimal Search for the Best
 * Alternative", Econometrica 47, 1979).
 *
 * <p>Each model has a {@link ReservationScore}. The next one to ask is that of the highest, and the
 * plan ends when the best score so far is no lower. The best answer is served. Where scores are
 * independent, no other order and no other end has a higher expected score less cost.
 *
 * <p>They are not quite independent: a prompt that is harder than it looks is so for every model.
 * So the forecasts of the models that were not asked follow the errors of those that were, whose
 * correlation is rho. After k answers
 *
 * <pre>
 *   mu_m = Ahat_m + rho / (1 + (k - 1) rho) (sum of the k errors A - Ahat)
 * </pre>
 *
 * <p>A plan is a few numbers, so whoever asks the models can follow it by itself. Models are
 * denoted by their rank in {@link Decision#ranking}, from 0. The arrays are not to be changed.
 *
 * @param costs of an answer by rank, in units of score: its price and what it takes to score it,
 *     over lambda; at least 0
 * @param forecasts Ahat by rank, in [0, 1]
 * @param optimism by rank, what a model is taken to be better by than its forecast, at least 0
 * @param spread w of {@link ReservationScore}, in [0, 1]
 * @param correlation rho, in [0, 1)
 * @param slope beta of {@link ReservationScore}, in [0, 1]
 */
public record AnswerPlan(
        double[] costs,
        double[] forecasts,
        double[] optimism,
        double spread,
        double correlation,
        double slope) {

    /** The score of a model that gave no answer. */
    public static final double NO_ANSWER = Double.NEGATIVE_INFINITY;

    private static final double LEAST_PROBABILITY = 1.0 / 64;

    /**
     * The model to ask next.
     *
     * @param scores of the answers so far by rank, each in [0, 1], where a judge scores them what
     *     people are expected to say ({@link JudgeReading}); {@link #NO_ANSWER} of a model that
     *     gave none, and {@code NaN} of one that was not asked
     * @return its rank; -1 if the best answer so far is to be served
     */
    public int next(double[] scores) {
        double shift = shift(scores);
        double most = best(scores);
        int next = -1;
        for (int rank = 0; rank < costs.length; rank++) {
            if (Double.isNaN(scores[rank])) {
                double reservation = reservation(rank, shift);
                if (reservation > most) {
                    most = reservation;
                    next = rank;
                }
            }
        }
        return next;
    }

    /**
     * The score to expect of the answer that is served. What has a probability below 1 / 64 is left
     * out: there, no further model counts.
     *
     * @param asked how many models are asked at once, whatever their scores: the first of the
     *     ranking, at least 1
     */
    public double expectedScore(int asked) {
        double[] scores = new double[costs.length];
        Arrays.fill(scores, Double.NaN);
        return expectedScore(scores, 0, asked, 1);
    }

    /**
     * The same after some answers. The next one is said to be 1, or 0, or as forecast.
     *
     * @param scores of those answers by rank; changed, and put back
     * @param probability of these answers
     */
    private double expectedScore(double[] scores, int answers, int asked, double probability) {
        int rank = answers < asked ? answers : next(scores);
        if (rank < 0 || probability < LEAST_PROBABILITY) {
            return best(scores);
        }
        double mean = clamped(forecasts[rank] + shift(scores));
        double[] said = {mean + slope * (1 - mean), mean - slope * mean, mean};
        double[] probabilities = {spread * mean, spread * (1 - mean), 1 - spread};
        double expected = 0;
        for (int i = 0; i < said.length; i++) {
            scores[rank] = said[i];
            double after =
                    expectedScore(scores, answers + 1, asked, probability * probabilities[i]);
            expected += probabilities[i] * after;
        }
        scores[rank] = Double.NaN;
        return expected;
    }

    private double reservation(int rank, double shift) {
        double mean = clamped(forecasts[rank] + optimism[rank] + shift);
        return ReservationScore.of(costs[rank], mean, spread, slope);
    }

    /** What the errors of the answers so far say of the others. */
    private double shift(double[] scores) {
        double errors = 0;
        int answers = 0;
        for (int rank = 0; rank < costs.length; rank++) {
            if (scores[rank] >= 0) {
                errors += scores[rank] - forecasts[rank];
                answers++;
            }
        }
        return answers == 0 ? 0 : correlation / (1 + (answers - 1) * correlation) * errors;
    }

    private static double best(double[] scores) {
        double best = NO_ANSWER;
        for (double score : scores) {
            best = score > best ? score : best;
        }
        return best;
    }

    private static double clamped(double mean) {
        return Math.max(0, Math.min(1, mean));
    }
}
