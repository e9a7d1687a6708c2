package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.LabelSource;
import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.TinyTraffic;
import dev.messplus.replay.outcome.Traffic;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the stream rule knows beforehand of labels and prices. */
class DeclaredLabelsTest {

    private static final Traffic TRAFFIC = TinyTraffic.hard(4);

    @ParameterizedTest
    @CsvSource({
        "SCORER, ALL, 1, SCORER, 1, 1",
        "SCORER, ALL, 0.2, AUDIT, 0.2, 0.2",
        "LATER, ALL, 1, AUDIT, 1, 1",
        "LATER, ALL, 0.2, AUDIT, 0.2, 0.2",
        "LATER, UNHAPPY, 1, USERS, 0, 0.4",
        "LATER, HAPPY, 0.5, USERS, 0.25, 0.025",
        "SCORER, ALL, 0, SCORER, 1, 1",
        "LATER, ALL, 0, AUDIT, 1, 1",
        "LATER, UNHAPPY, 0, USERS, 0, 0.4",
    })
    void sourceIsTheOneThatTheConditionsDescribe(
            Labels labels,
            Raters raters,
            double feedbackRate,
            LabelSource.Kind kind,
            double ratedGood,
            double ratedBad) {
        Conditions conditions =
                ConditionsBuilder.builder(Episodes.scored(0, feedbackRate))
                        .labels(labels)
                        .raters(raters)
                        .build();

        assertThat(SlaPolicies.stream(episode(conditions), Map.of("window", "500")).sla().labels())
                .isEqualTo(
                        new LabelSource(
                                kind, "", ratedGood, ratedBad, kind == LabelSource.Kind.SCORER));
    }

    @Test
    void otherSettingsOfTheSlaStay() {
        var sla =
                SlaPolicies.stream(
                                episode(Episodes.scored(0, .5)),
                                Map.of("window", "500", "shards", "2"))
                        .sla();

        assertThat(sla.alpha()).isEqualTo(.6);
        assertThat(sla.seed()).isEqualTo(3);
        assertThat(sla.window()).isEqualTo(500);
        assertThat(sla.shards()).isEqualTo(2);
    }

    @Test
    void pricesAreTheMeanJoulesOfTheRunIfTheyAreKnown() {
        Conditions conditions = Episodes.scored(0);
        assertThat(episode(conditions).priorJoules()).containsOnly(Double.NaN);

        Conditions priced = ConditionsBuilder.builder(conditions).priced(true).build();
        assertThat(episode(priced).priorJoules()).containsExactly(1, 10);
    }

    @Test
    void knownPricesAreUsedFromTheFirstRequestOn() {
        // The large model costs ten times as much, and nobody promises anything.
        Conditions priced = ConditionsBuilder.builder(Episodes.scored(0)).priced(true).build();
        var policy = SlaPolicies.stream(0, Map.of("explorationBudget", "0"), 3);

        SeedResult result = Episodes.replay(TRAFFIC, policy, priced).run();

        assertThat(result.energyPerRequest()).isEqualTo(1);
    }

    private static Episode episode(Conditions conditions) {
        Arrivals arrivals = new Arrivals(TRAFFIC, TRAFFIC.fileOrder(), Drift.NONE);
        return new Episode(arrivals, .6, conditions, 3, History.NONE, Episodes.WINDOW);
    }
}
