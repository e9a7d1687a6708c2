package dev.messplus.core.stream;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.Decision;
import dev.messplus.core.ReservationScore;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.belief.PromptNoise;
import dev.messplus.core.zoo.Zoo;

/**
 * Has models be asked one after the other, where answers are scored before they are served.
 *
 * <p>Models are compared by -lambda z instead of E - lambda Ahat, where z is the {@link
 * ReservationScore}. Where z is not above 0 the two are the same: no answer is then worth its
 * joules beside another one, however bad that is. So where no z is above 0, this is the rule
 * without it.
 *
 * <p>An answer costs its price, and what it takes to score it. The latter is the same for all
 * models, so objectives leave it out.
 */
final class AnswerSearch {

    private final Zoo zoo;
    private final SlaState state;
    private final boolean judged;

    /** By model index, what the model is taken to be better by than its forecast. */
    private final double[] optimism;

    /**
     * Plans under one SLA, or one shard of it.
     *
     * @param judged whether the scores are a judge's
     */
    AnswerSearch(Zoo zoo, SlaState state, boolean judged) {
        this.judged = judged;
        this.zoo = zoo;
        this.state = state;
        optimism = new double[zoo.size()];
    }

    /**
     * Replaces the objectives E - lambda (Ahat + optimism) by -lambda z. While nobody knows what
     * any model costs, they stay.
     *
     * @param lambda joules per unit of score, above 0
     */
    void value(Decision d, double lambda) {
        double scoring = state.scoring.perAnswer();
        for (int m = 0; m < zoo.size(); m++) {
            double mean = (d.joulesOrTypical(m) - d.objective[m]) / lambda;
            optimism[m] = Math.max(0, mean - d.accuracy[m]);
            if (d.objective[m] + scoring < 0 && d.typicalJoules > 0) {
                d.objective[m] = -lambda * reservation(d, m, lambda, 0) - scoring;
            }
        }
    }

    /**
     * The model that is asked after a first answer of score 0; -1 if there is none.
     *
     * @param d the decision, once it is ranked
     */
    int afterBadAnswer(Decision d, double lambda) {
        double slope = slope();
        int next = -1;
        if (d.typicalJoules > 0) {
            double said = slope * d.accuracy[d.chosen()];
            double shift = -noise().correlation() * said;
            double most = d.accuracy[d.chosen()] - said;
            for (int rank = 1; rank < d.available; rank++) {
                double z = reservation(d, d.ranking[rank], lambda, shift);
                if (z > most) {
                    most = z;
                    next = d.ranking[rank];
                }
            }
        }
        return next;
    }

    private double reservation(Decision d, int m, double lambda, double shift) {
        double mean = Predictor.clamped(d.accuracy[m] + optimism[m] + shift);
        return ReservationScore.of(cost(d, m, lambda), mean, noise().spread(), slope());
    }

    /** Of an answer with its score, in units of score. */
    private double cost(Decision d, int m, double lambda) {
        return (d.joulesOrTypical(m) + state.scoring.perAnswer()) / lambda;
    }

    /**
     * The plan of a decision; {@code null} if there is nothing to plan.
     *
     * @param d the decision, once it is known which models are asked at once
     */
    AnswerPlan plan(Decision d, double lambda) {
        int models = d.available;
        if (models == 1 || d.typicalJoules == 0) {
            return null;
        }
        double[] costs = new double[models];
        double[] forecasts = new double[models];
        double[] optimisms = new double[models];
        for (int rank = 0; rank < models; rank++) {
            int m = d.ranking[rank];
            costs[rank] = cost(d, m, lambda);
            forecasts[rank] = d.accuracy[m];
            optimisms[rank] = optimism[m];
        }
        return new AnswerPlan(
                costs, forecasts, optimisms, noise().spread(), noise().correlation(), slope());
    }

    /** beta: how much of what is said of an answer is true. All of it, unless a judge says it. */
    private double slope() {
        return judged ? Predictor.clamped(zoo.judge().answerSlope().mean()) : 1;
    }

    private PromptNoise noise() {
        return zoo.shared().promptNoise;
    }
}
