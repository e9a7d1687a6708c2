package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.cli.rest.SlaView.ModelView;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteMetricsTest {

    private static final String GOLD = "1.route.sla.gold_plus.";

    private final RouteMetricsReader metrics =
            new RouteMetricsReader(List.of("gold.plus", "tin"), List.of("small-1.1", "large"));

    @Test
    void onlyTheMetricsThatAreShownAreRead() {
        assertThat(RouteMetricsReader.isOfInterest("0.route.sla.gold.q")).isTrue();
        assertThat(RouteMetricsReader.isOfInterest("12.route.sla.gold.model.large.served"))
                .isTrue();
        assertThat(RouteMetricsReader.isOfInterest("0.route.sla.gold.joulesPerScore")).isFalse();
        assertThat(RouteMetricsReader.isOfInterest("0.route.sla.gold.model.large.q")).isFalse();
        assertThat(RouteMetricsReader.isOfInterest("0.route.feedbackUnmatched")).isFalse();
        assertThat(RouteMetricsReader.isOfInterest("0.infer.model.large.calls")).isFalse();
    }

    @Test
    void anSlaIsReadFromAnySubtaskAndHasItsOwnName() {
        metrics.put(GOLD + "alpha", "0.75");
        metrics.put(GOLD + "score", "0.8");
        metrics.put(GOLD + "windowScore", "0.9");
        metrics.put(GOLD + "scoreEstimate", "0.79");
        metrics.put(GOLD + "scoreLowerBound", "0.77");
        metrics.put(GOLD + "unratedStreak", "7");
        metrics.put(GOLD + "unratedStreakLimit", "100");
        metrics.put(GOLD + "q", "1.5");
        metrics.put(GOLD + "deficit", "-2");
        metrics.put(GOLD + "requests", "4000000000");
        metrics.put(GOLD + "inFlight", "3");
        metrics.put(GOLD + "energyJoules", "8e9");
        metrics.put(GOLD + "expired", "5");
        metrics.put(GOLD + "failed", "6");
        metrics.put("0.route.sla.tin.requests", "0");

        assertThat(metrics.slas())
                .containsExactly(
                        SlaViewBuilder.builder()
                                .name("gold.plus")
                                .alpha(0.75)
                                .score(0.8)
                                .windowScore(0.9)
                                .scoreEstimate(0.79)
                                .scoreLowerBound(0.77)
                                .unratedStreak(7L)
                                .unratedStreakLimit(100L)
                                .q(1.5)
                                .deficit(-2.0)
                                .requests(4_000_000_000L)
                                .inFlight(3L)
                                .joulesPerRequest(2.0)
                                .expired(5L)
                                .failed(6L)
                                .models(List.of())
                                .build(),
                        SlaViewBuilder.builder()
                                .name("tin")
                                .requests(0L)
                                .models(List.of())
                                .build());
    }

    @Test
    void modelsAreInTheOrderOfTheZooAndOthersComeLast() {
        metrics.put(GOLD + "model.a.served", "0");
        metrics.put(GOLD + "model.large.served", "1");
        metrics.put(GOLD + "model.small-1_1.served", "3");
        metrics.put(GOLD + "model.small-1_1.labels", "4");
        metrics.put(GOLD + "model.small-1_1.meanScore", "0.5");
        // The prior, because there is no label yet.
        metrics.put(GOLD + "model.large.labels", "0");
        metrics.put(GOLD + "model.large.meanScore", "0.5");
        metrics.put(GOLD + "model.small-1_1.joulesPerRequest", "7");
        metrics.put(GOLD + "model.small-1_1.energyUncertaintyRelative", "0.04");
        metrics.put(GOLD + "model.small-1_1.available", "0");
        metrics.put(GOLD + "model.small-1_1.energyEstimated", "1");
        metrics.put(GOLD + "model.large.energyEstimated", "0");
        metrics.put(GOLD + "model.large.available", "1");

        assertThat(metrics.slas().get(0).energyEstimated()).isTrue();
        assertThat(metrics.slas().get(0).models())
                .containsExactly(
                        new ModelView("small-1.1", 0.75, 0.5, 7.0, 0.04, true, false),
                        new ModelView("large", 0.25, null, null, null, false, true),
                        new ModelView("a", 0.0, null, null, null, false, null));
    }

    @Test
    void aValueThatIsNotFiniteIsUnknown() {
        metrics.put(GOLD + "requests", "0");
        metrics.put(GOLD + "score", "NaN");
        metrics.put(GOLD + "energyJoules", "0");
        metrics.put(GOLD + "model.large.served", "0");

        SlaView sla = metrics.slas().get(0);
        assertThat(sla.score()).isNull();
        assertThat(sla.joulesPerRequest()).isNull();
        assertThat(sla.models().get(0).servedShare()).isNull();
    }

    @Test
    void everyShardIsShownAsAnSla() {
        String shard = "1.route.sla.gold_plus.shard.3.";
        assertThat(RouteMetricsReader.isOfInterest(shard + "q")).isTrue();
        assertThat(RouteMetricsReader.isOfInterest(shard + "model.large.served")).isTrue();
        metrics.put(shard + "q", "1.5");
        metrics.put("0.route.sla.gold_plus.shard.0.q", "0.5");
        metrics.put(shard + "model.large.served", "7");

        assertThat(metrics.slas())
                .extracting(SlaView::name)
                .containsExactly("gold.plus, shard 0", "gold.plus, shard 3");
        assertThat(metrics.slas().get(1).models())
                .extracting(ModelView::name)
                .containsExactly("large");
    }
}
