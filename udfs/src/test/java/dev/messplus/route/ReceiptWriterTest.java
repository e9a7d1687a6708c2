package dev.messplus.route;

import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.Decision;
import dev.messplus.core.algorithm.Explanation;
import dev.messplus.core.algorithm.Explanation.OfModels;
import dev.messplus.core.algorithm.Explanation.Owed;
import dev.messplus.core.algorithm.Explanation.Second;
import dev.messplus.core.cost.PriceParts;
import dev.messplus.record.Json;
import dev.messplus.record.Receipt;
import dev.messplus.record.ReceiptForecastBuilder;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.JobSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiptWriterTest {

    private static final String GOLD = "gold";

    @Test
    void aDecisionCarriesAReceiptWhereItIsConfigured() throws Exception {
        RoutingConfig config =
                config(exploiting(), GOLD).in(new JobSettings(0, true, true, null, null));
        try (RouteHarness routing = RouteHarness.start(config)) {
            routing.request(GOLD, "a");

            Receipt receipt =
                    Json.MAPPER.readValue(routing.request(GOLD, "b").receipt(), Receipt.class);

            assertThat(receipt.alpha()).isEqualTo(0.6);
            assertThat(receipt.drift()).isPositive();
            assertThat(receipt.candidates())
                    .extracting(Receipt.Forecast::model)
                    .containsExactly(SMALL, LARGE);
            Receipt.Forecast small = receipt.candidates().get(0);
            assertThat(small.called()).isTrue();
            // Behind the target, so by up to a deviation better than predicted.
            double predicted = receipt.joulesPerScore() * small.predictedScore();
            double deviation = receipt.joulesPerScore() * small.scoreDeviation();
            assertThat(small.objective())
                    .isBetween(
                            small.estimatedJoules() - predicted - deviation,
                            small.estimatedJoules() - predicted);
        }
    }

    @Test
    void thereIsNoneByDefault() throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(exploiting(), GOLD))) {
            assertThat(routing.request(GOLD, "a").receipt()).isNull();
        }
    }

    @Test
    void saysWhatTheNextBestModelWouldHaveAddedAndWhatThatIsWorth() {
        Receipt receipt = receipt(Second.NONE, 1, true);

        assertThat(receipt.reason())
                .isEqualTo(
                        "small was chosen over large: it takes 38 J less, while the 0.25 of score"
                                + " that large may add is worth 2.5 J now.");
        assertThat(receipt.joulesPerScore()).isEqualTo(10);
        assertThat(receipt.candidates().get(1))
                .isEqualTo(
                        ReceiptForecastBuilder.builder()
                                .model(LARGE)
                                .available(true)
                                .predictedScore(0.75)
                                .scoreDeviation(0.1)
                                .estimatedJoules(55.0)
                                .priceJoules(40.0)
                                .price(new Receipt.Price(1, 30, 4, 5, 12))
                                .objective(32.5)
                                .build());
        assertThat(receipt.candidates().get(0).price()).isNull();
    }

    @Test
    void saysWhatAChosenModelCostsMoreAndWhatThatBuys() {
        Decision decision = decision(1);
        decision.ranking[0] = 1;
        decision.ranking[1] = 0;
        Explanation why =
                new Explanation(
                        new Owed(0.7, 9, 0),
                        400,
                        Second.NONE,
                        new OfModels(
                                new double[2],
                                new double[] {-198, -260},
                                prices(),
                                new boolean[] {true, true}));

        assertThat(ReceiptWriter.of(decision, why, List.of(SMALL, LARGE)).reason())
                .isEqualTo(
                        "large was chosen over small: it is expected to score 0.25 more, which is"
                                + " worth 100 J now, and costs 38 J more.");

        Explanation worthLittle =
                new Explanation(
                        new Owed(0.7, 9, 0),
                        1e-8,
                        Second.NONE,
                        new OfModels(
                                new double[2],
                                new double[] {-198, -260},
                                prices(),
                                new boolean[] {true, true}));
        assertThat(ReceiptWriter.of(decision, worthLittle, List.of(SMALL, LARGE)).reason())
                .contains("which is worth 2.5e-9 J now,");

        decision.joules[1] = 1;
        assertThat(ReceiptWriter.of(decision, why, List.of(SMALL, LARGE)).reason())
                .isEqualTo(
                        "large was chosen over small: it is expected to score 0.25 more, and takes"
                                + " 1.0 J less.");

        decision.joules[0] = Double.NaN;
        assertThat(ReceiptWriter.of(decision, why, List.of(SMALL, LARGE)).reason())
                .endsWith("not all joules are known yet.");
    }

    @Test
    void saysWhichModelIsCalledFirstWhereOthersMayFollow() {
        Decision decision = decision(1);
        double[] none = new double[2];
        decision.plan = new AnswerPlan(none, none, none, .8, .4, 1);

        assertThat(receipt(decision, Second.NONE, true).reason())
                .isEqualTo(
                        "small was chosen over large to be called first: it is expected to score"
                                + " 0.25 less, and takes 38 J less. Another model is called if the"
                                + " score of its answer is low.");
    }

    @Test
    void saysThatModelsTakeTurnsWhereTheirPricesAloneAreKnown() {
        Explanation why =
                new Explanation(
                        new Owed(0.7, 0, 0),
                        1,
                        Second.NONE,
                        new OfModels(
                                new double[2],
                                new double[] {-5, -5},
                                prices(),
                                new boolean[] {true, true}));
        Decision decision = new Decision(2);
        decision.ranking[1] = 1;
        decision.joules[0] = 1;
        decision.joules[1] = 1.5;
        decision.accuracy[0] = 0.69;
        decision.accuracy[1] = 0.71;

        assertThat(ReceiptWriter.of(decision, why, List.of(SMALL, LARGE)).reason())
                .isEqualTo(
                        "small was chosen in its turn: no score is known yet, and other models cost"
                                + " about as much.");
    }

    @Test
    void saysThatModelsAreEqualsWhereNothingIsKnown() {
        Explanation why =
                new Explanation(
                        new Owed(0.7, 0, 0),
                        1,
                        Second.NONE,
                        new OfModels(
                                new double[2],
                                new double[2],
                                prices(),
                                new boolean[] {true, true}));
        Decision decision = new Decision(2);
        decision.ranking[1] = 1;

        assertThat(ReceiptWriter.of(decision, why, List.of(SMALL, LARGE)).reason())
                .isEqualTo("small was chosen among equals: nothing distinguishes the models yet.");
    }

    @Test
    void saysWhyAnotherModelWasCalled() {
        assertThat(receipt(Second.RESERVED, 2, true).reason())
                .endsWith(
                        "large was called as well: its reserve of the exploration budget paid for"
                                + " it.");
        assertThat(receipt(Second.WORTH_MOST, 2, true).reason())
                .contains("large was called as well: its score is worth knowing");
        assertThat(receipt(Second.UNKNOWN, 2, true).reason())
                .endsWith("large was called as well: it was never called before.");
        assertThat(receipt(Second.ALL, 2, true).reason())
                .isEqualTo("All available models were called, to learn from them.");
    }

    @Test
    void comparesWithNoModelThatIsUnavailable() {
        assertThat(receipt(Second.NONE, 1, false).reason())
                .isEqualTo("small was chosen: no other model is available. Unavailable: large.");
    }

    /** Small: .5 for 2 J. Large: .75 for 40 J. A unit of score may cost 10 J. */
    private static Decision decision(int asked) {
        Decision decision = new Decision(2);
        decision.ranking[1] = 1;
        decision.asked = asked;
        decision.accuracy[0] = 0.5;
        decision.accuracy[1] = 0.75;
        decision.joules[0] = 2;
        decision.joules[1] = 40;
        decision.chargeJoules[1] = 55;
        return decision;
    }

    /** Nothing was measured of the small model. */
    private static PriceParts[] prices() {
        return new PriceParts[] {null, new PriceParts(1, 30, 4, 5, 12)};
    }

    private static Receipt receipt(Second second, int asked, boolean largeIsAvailable) {
        return receipt(decision(asked), second, largeIsAvailable);
    }

    private static Receipt receipt(Decision decision, Second second, boolean largeIsAvailable) {
        Explanation why =
                new Explanation(
                        new Owed(0.7, 3, -1),
                        10,
                        second,
                        new OfModels(
                                new double[] {0, 0.1},
                                new double[] {-3, 32.5},
                                prices(),
                                new boolean[] {true, largeIsAvailable}));
        return ReceiptWriter.of(decision, why, List.of(SMALL, LARGE));
    }
}
