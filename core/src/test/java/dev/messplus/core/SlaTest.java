package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlaTest {

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Sla.of(1.2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("alpha: must be between 0 and 1, was 1.2");
        assertThatThrownBy(() -> Sla.of(Double.NaN))
                .hasMessage("alpha: must be between 0 and 1, was NaN");
        assertThatThrownBy(() -> Sla.custom(0.6).tolerance(-0.1).build())
                .hasMessage("tolerance: must be between 0 and 1, was -0.1");
        assertThatThrownBy(() -> Sla.custom(0.6).window(63).build())
                .hasMessage("window: must be at least 64, was 63");
        assertThatThrownBy(() -> Sla.custom(0.6).shards(0).build())
                .hasMessage("shards: must be at least 1, was 0");
        assertThatThrownBy(
                        () ->
                                Sla.custom(0.6)
                                        .labels(LabelSource.users(0.5, 0.1))
                                        .missingLabel(MissingLabelPolicy.AS_ZERO)
                                        .build())
                .hasMessage("missingLabel: must be AS_PREDICTED where users rate, was AS_ZERO");
    }

    @Test
    void theShardsTolerateTogetherWhatTheWholeDoes() {
        assertThat(Sla.of(0.6).toleratedRequests()).isEqualTo(100);
        Sla shard = Sla.custom(0.6).window(10_000).tolerance(0.02).shards(4).build();
        assertThat(shard.toleratedRequests()).isEqualTo(50);
    }

    @Test
    void changesACopyByName() {
        Sla sla =
                Sla.custom(0.6)
                        .window(100)
                        .tolerance(0.5)
                        .labels(LabelSource.audit(0.2))
                        .missingLabel(MissingLabelPolicy.AS_ZERO)
                        .shards(2)
                        .seed(7)
                        .build();
        assertThat(sla.window()).isEqualTo(100);
        assertThat(sla.tolerance()).isEqualTo(0.5);
        assertThat(sla.labels()).isEqualTo(LabelSource.audit(0.2));
        assertThat(sla.missingLabel()).isEqualTo(MissingLabelPolicy.AS_ZERO);
        assertThat(sla.shards()).isEqualTo(2);
        assertThat(sla.seed()).isEqualTo(7);
        assertThat(Sla.from(sla).build()).isEqualTo(sla);
        assertThat(Sla.from(sla).seed(8).build().seed()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({
        "10000, 1, 10000",
        "10000, 4, 2500",
        "10000, 8, 1250",
        "100,   4, 64", // no less than the window has steps
    })
    void givesEveryShardItsPartOfTheWindow(int window, int shards, int expected) {
        Sla sla = Sla.custom(0.6).window(window).shards(shards).build();
        assertThat(sla.shardWindow()).isEqualTo(expected);
    }
}
