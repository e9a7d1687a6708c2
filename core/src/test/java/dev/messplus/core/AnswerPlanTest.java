package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AnswerPlanTest {

    private static final double NONE = AnswerPlan.NO_ANSWER;
    private static final double UNASKED = Double.NaN;

    /** Scores are 0 or 1 and independent. z is 1 - .1 / .5 = .8, 1 - .3 / .6 = .5 and -.1. */
    private static final AnswerPlan PLAIN =
            plan(new double[] {.1, .3, .8}, new double[] {.5, .6, .7}, 1, 0);

    /** The same where every error says of the others that they are off by .5 of it. */
    private static final AnswerPlan ALIKE =
            plan(new double[] {.1, .3, .8}, new double[] {.5, .6, .7}, 1, .5);

    @Test
    void asksInTheOrderOfReservationScores() {
        assertThat(next(PLAIN, UNASKED, UNASKED, UNASKED)).isZero();
        assertThat(next(PLAIN, 0, UNASKED, UNASKED)).isEqualTo(1);
        assertThat(next(PLAIN, 0, 0, UNASKED)).isEqualTo(-1);
    }

    @Test
    void endsOnceTheBestScoreIsNoLowerThanTheNextReservationScore() {
        assertThat(next(PLAIN, .49, UNASKED, UNASKED)).isEqualTo(1);
        assertThat(next(PLAIN, .5, UNASKED, UNASKED)).isEqualTo(-1);
        assertThat(next(PLAIN, 1, UNASKED, UNASKED)).isEqualTo(-1);
    }

    @Test
    void asksAnotherModelInPlaceOfOneThatGaveNoAnswer() {
        assertThat(next(PLAIN, NONE, UNASKED, UNASKED)).isEqualTo(1);
        assertThat(next(PLAIN, NONE, NONE, UNASKED)).isEqualTo(2);
        assertThat(next(PLAIN, NONE, NONE, NONE)).isEqualTo(-1);
    }

    @Test
    void anErrorMovesTheForecastsOfTheOthers() {
        // After 0: .6 - .25 = .35, of which z is 1 - .3 / .35 = .14.
        assertThat(next(ALIKE, 0, UNASKED, UNASKED)).isEqualTo(1);
        AnswerPlan dearer = plan(new double[] {.1, .4, .8}, new double[] {.5, .6, .7}, 1, .5);
        assertThat(next(dearer, 0, UNASKED, UNASKED)).isEqualTo(-1);
        assertThat(next(withCorrelation(dearer, 0), 0, UNASKED, UNASKED)).isEqualTo(1);
        // After 0 and 0, the errors -.5 and -.6 count as .5 / 1.5 each: .9 - 1.1 / 3 = .533.
        AnswerPlan third = plan(new double[] {.1, .2, .53}, new double[] {.5, .6, .9}, 1, .5);
        assertThat(next(third, 0, 0, UNASKED)).isEqualTo(2);
        AnswerPlan dearest = plan(new double[] {.1, .2, .54}, new double[] {.5, .6, .9}, 1, .5);
        assertThat(next(dearest, 0, 0, UNASKED)).isEqualTo(-1);
    }

    @Test
    void optimismIsNotPartOfAnError() {
        var hopeful =
                new AnswerPlan(
                        new double[] {.1, .4},
                        new double[] {.5, .6},
                        new double[] {.2, .1},
                        1,
                        .5,
                        1);
        // The error is -.5, not -.7: .6 + .1 - .25 = .45 > .4.
        assertThat(hopeful.next(new double[] {0, UNASKED})).isEqualTo(1);
    }

    @Test
    void expectsTheBestOfTheAnswersThatItAsksFor() {
        assertThat(PLAIN.expectedScore(1)).isCloseTo(.5 + .5 * .6, within(1e-12));
        assertThat(PLAIN.expectedScore(3)).isCloseTo(.5 + .5 * (.6 + .4 * .7), within(1e-12));
        // The second is right with .35 after a 0.
        assertThat(ALIKE.expectedScore(1)).isCloseTo(.5 + .5 * .35, within(1e-12));
        // Half of the scores are 0 or 1, and half .5, after which nothing is worth .3.
        AnswerPlan half = plan(new double[] {.1, .3}, new double[] {.5, .6}, .5, 0);
        assertThat(half.expectedScore(1))
                .isCloseTo(.25 + .25 * (.3 + .5 * .6) + .5 * .5, within(1e-12));
    }

    @Test
    void whatAJudgeSaysCountsAsFarAsItIsTrue() {
        // Half of it is: the first answer counts as .75 or .25, and the second as .8 or .3. z is
        // .75 - .1 / .5 = .55, .6 - .3 = .3 and -.1.
        AnswerPlan judged = withSlope(PLAIN, .5);
        assertThat(next(judged, UNASKED, UNASKED, UNASKED)).isZero();
        assertThat(next(judged, .25, UNASKED, UNASKED)).isEqualTo(1);
        assertThat(next(judged, .31, UNASKED, UNASKED)).isEqualTo(-1);
        assertThat(judged.expectedScore(1))
                .isCloseTo(.5 * .75 + .5 * (.6 * .8 + .4 * .3), within(1e-12));
    }

    @Test
    void expectsTheForecastOfTheOnlyAnswerWhereNoOtherIsWorthIt() {
        AnswerPlan dear = plan(new double[] {.1, 2, 3}, new double[] {.5, .6, .7}, .9, .4);
        assertThat(dear.expectedScore(1)).isCloseTo(.5, within(1e-12));
    }

    /** Pandora's rule: no order of independent answers, with the best end for it, is better. */
    @Property
    void noFixedOrderOfIndependentAnswersIsWorthMore(@ForAll long seed) {
        var random = new Random(seed);
        AnswerPlan plan = random(random, 1 + random.nextInt(4), 0);
        double best = Double.NEGATIVE_INFINITY;
        for (List<Integer> order : orders(plan.costs().length)) {
            best = Math.max(best, worthOf(plan, order, 0, NONE));
        }
        // A plan may follow the order that is best for each score, but an order is enough.
        assertThat(worth(plan)).isCloseTo(best, within(1e-9));
    }

    /** Step 1 of docs/guarantee.md, whatever the plan takes the spread of scores to be. */
    @Property
    void theServedScoreIsNoLowerThanThatOfAnyModelLessItsCost(@ForAll long seed) {
        var random = new Random(seed);
        AnswerPlan truth = random(random, 1 + random.nextInt(4), 0);
        AnswerPlan believed =
                withSlope(
                        plan(truth.costs(), truth.forecasts(), random.nextDouble(), 0),
                        random.nextDouble());
        double score = value(believed, truth, unasked(truth), 0);
        for (int m = 0; m < truth.costs().length; m++) {
            assertThat(score).isGreaterThan(truth.forecasts()[m] - truth.costs()[m] - 1e-9);
        }
    }

    /** The same of all models together, where the spread is known. */
    @Property
    void theServedScoreIsNoLowerThanTheBestOfAllLessTheirCosts(@ForAll long seed) {
        var random = new Random(seed);
        AnswerPlan plan = random(random, 1 + random.nextInt(4), 0);
        double served = value(plan, plan, unasked(plan), 0);
        double bestOfAll = bestOfAll(plan, 0, 0);
        assertThat(served).isGreaterThan(bestOfAll - Arrays.stream(plan.costs()).sum() - 1e-9);
    }

    @Property
    void expectsWhatItServesUpToWhatIsUnlikely(@ForAll long seed) {
        var random = new Random(seed);
        AnswerPlan plan = random(random, 2 + random.nextInt(4), 0);
        int first = next(plan, unasked(plan));
        AnswerPlan ranked = swapped(plan, first);
        assertThat(ranked.expectedScore(1))
                .isCloseTo(value(ranked, ranked, unasked(ranked), 0), within(.04));
    }

    /** Expected score less costs of following the plan; scores are as it takes them to be. */
    private static double worth(AnswerPlan plan) {
        return value(plan, plan, unasked(plan), 1);
    }

    /** Expected score of the served answer, less costs times {@code counted}. */
    private static double value(
            AnswerPlan plan, AnswerPlan truth, double[] scores, double counted) {
        int rank = plan.next(scores);
        if (rank < 0) {
            return Arrays.stream(scores).filter(score -> score >= 0).max().orElse(0);
        }
        double mean = plan.forecasts()[rank];
        double value = -counted * plan.costs()[rank];
        for (double[] outcome : outcomes(mean, truth)) {
            double[] after = scores.clone();
            after[rank] = outcome[0];
            value += outcome[1] * value(plan, truth, after, counted);
        }
        return value;
    }

    /** The same of an order from a place on, which ends where that is best; one is asked. */
    private static double worthOf(AnswerPlan plan, List<Integer> order, int place, double best) {
        double ended = place == 0 ? Double.NEGATIVE_INFINITY : best;
        if (place == order.size()) {
            return ended;
        }
        int rank = order.get(place);
        double asked = -plan.costs()[rank];
        for (double[] outcome : outcomes(plan.forecasts()[rank], plan)) {
            asked += outcome[1] * worthOf(plan, order, place + 1, Math.max(best, outcome[0]));
        }
        return Math.max(ended, asked);
    }

    private static double bestOfAll(AnswerPlan plan, int rank, double best) {
        if (rank == plan.costs().length) {
            return best;
        }
        double sum = 0;
        for (double[] outcome : outcomes(plan.forecasts()[rank], plan)) {
            sum += outcome[1] * bestOfAll(plan, rank + 1, Math.max(best, outcome[0]));
        }
        return sum;
    }

    /** Scores with their probabilities. */
    private static double[][] outcomes(double mean, AnswerPlan plan) {
        double spread = plan.spread();
        return new double[][] {
            {mean + plan.slope() * (1 - mean), spread * mean},
            {mean - plan.slope() * mean, spread * (1 - mean)},
            {mean, 1 - spread}
        };
    }

    private static List<List<Integer>> orders(int models) {
        List<List<Integer>> orders = List.of(List.of());
        for (int added = 0; added < models; added++) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> order : orders) {
                for (int at = 0; at <= order.size(); at++) {
                    List<Integer> with = new ArrayList<>(order);
                    with.add(at, added);
                    longer.add(with);
                }
            }
            orders = longer;
        }
        return orders;
    }

    private static AnswerPlan random(Random random, int models, double correlation) {
        double[] costs = random.doubles(models).map(cost -> cost * cost * 1.2).toArray();
        double spread = random.nextBoolean() ? 1 : random.nextDouble();
        double slope = random.nextBoolean() ? 1 : random.nextDouble();
        return withSlope(plan(costs, random.doubles(models).toArray(), spread, correlation), slope);
    }

    private static AnswerPlan plan(
            double[] costs, double[] forecasts, double spread, double correlation) {
        return new AnswerPlan(costs, forecasts, new double[costs.length], spread, correlation, 1);
    }

    private static AnswerPlan withSlope(AnswerPlan plan, double slope) {
        return new AnswerPlan(
                plan.costs(),
                plan.forecasts(),
                plan.optimism(),
                plan.spread(),
                plan.correlation(),
                slope);
    }

    private static AnswerPlan withCorrelation(AnswerPlan plan, double correlation) {
        return plan(plan.costs(), plan.forecasts(), plan.spread(), correlation);
    }

    /** The plan with a model in the first place. */
    private static AnswerPlan swapped(AnswerPlan plan, int first) {
        double[] costs = plan.costs().clone();
        double[] forecasts = plan.forecasts().clone();
        costs[0] = plan.costs()[first];
        costs[first] = plan.costs()[0];
        forecasts[0] = plan.forecasts()[first];
        forecasts[first] = plan.forecasts()[0];
        return withSlope(plan(costs, forecasts, plan.spread(), plan.correlation()), plan.slope());
    }

    private static double[] unasked(AnswerPlan plan) {
        double[] scores = new double[plan.costs().length];
        Arrays.fill(scores, UNASKED);
        return scores;
    }

    private static int next(AnswerPlan plan, double... scores) {
        return plan.next(scores);
    }
}
