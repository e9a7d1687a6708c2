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
    }

    @Test
    void changesACopyByName() {
        Sla sla =
                Sla.custom(0.6)
                        .window(100)
                        .tolerance(0.5)
                        .missingLabel(MissingLabelPolicy.AS_ZERO)
                        .shards(2)
                        .seed(7)
                        .build();
        assertThat(sla).isEqualTo(new Sla(0.6, 100, 0.5, MissingLabelPolicy.AS_ZERO, 2, 7));
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
