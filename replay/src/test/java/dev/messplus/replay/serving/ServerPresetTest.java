package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerPresetTest {

    /** Tokens of context of a sequence that the presets are fitted with. */
    private static final int CONTEXT_TOKENS = 600;

    @ParameterizedTest
    @CsvSource({
        "8b-on-h100, 8, 7.32, 486",
        "8b-on-h100, 32, 8.91, 560",
        "8b-on-h100, 64, 11.50, 610",
        "8b-on-h100, 128, 16.48, 669",
        "8b-on-h100, 256, 26.13, 691",
        "14b-on-h100, 8, 12.54, 443",
        "14b-on-h100, 32, 15.01, 494",
        "14b-on-h100, 64, 18.94, 525",
        "14b-on-h100, 128, 26.16, 572",
        "14b-on-h100, 256, 38.40, 645",
        "32b-on-2-h100, 8, 15.06, 850",
        "32b-on-2-h100, 32, 17.91, 944",
        "32b-on-2-h100, 64, 22.45, 974",
        "32b-on-2-h100, 128, 29.66, 1074",
        "32b-on-2-h100, 256, 44.45, 1178",
        "70b-on-4-h100, 8, 16.57, 1765",
        "70b-on-4-h100, 32, 20.05, 1794",
        "70b-on-4-h100, 64, 22.43, 2002",
        "70b-on-4-h100, 256, 39.84, 2354",
    })
    void thePresetsMeetWhatWasMeasured(String preset, int sequences, double millis, double watts) {
        ServerSpec server = ServerPreset.named(preset).orElseThrow().server();

        assertThat(server.millis(sequences, (long) sequences * CONTEXT_TOKENS, 0))
                .isCloseTo(millis, withinPercentage(6));
        assertThat(server.watts(sequences)).isCloseTo(watts, withinPercentage(6));
    }

    @ParameterizedTest
    @EnumSource
    void aServerDrawsMoreAtWorkThanIdle(ServerPreset preset) {
        assertThat(preset.server().wattsAlone()).isGreaterThan(2 * preset.idleWatts());
        assertThat(ServerPreset.named(preset.title())).contains(preset);
    }
}
