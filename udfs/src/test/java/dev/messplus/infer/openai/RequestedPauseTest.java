package dev.messplus.infer.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedPauseTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "3, 3000",
        "120, 120000",
        "0.25, 250",
        "'Sun, 01 Mar 2026 12:00:07 GMT', 7000",
        "'Sun, 01 Mar 2026 11:59:00 GMT', 0"
    })
    void readsRetryAfter(String header, long millis) {
        assertThat(millis(Map.of("retry-after", header))).isEqualTo(millis);
    }

    @Test
    void neverOverflows() {
        assertThat(millis(Map.of("retry-after", "9".repeat(15)))).isEqualTo(365L * 86_400_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", ".5", "1e9", "2026-03-01T12:00:07Z", "٣"})
    void ignoresInvalidHeaders(String header) {
        assertThat(millis(Map.of("retry-after", header))).isZero();
        assertThat(millis(Map.of("retry-after-ms", header))).isZero();
    }

    @Test
    void readsMillisecondsFirst() {
        assertThat(millis(Map.of("retry-after-ms", "350", "retry-after", "1"))).isEqualTo(350);
        assertThat(millis(Map.of("retry-after-ms", "soon", "retry-after", "1"))).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "1s, 1000",
        "6m0s, 360000",
        "1h2m3.5s, 3723500",
        "20ms, 20",
        "2, 2000",
        "1d, 0",
        "1s or so, 0",
        "'', 0"
    })
    void waitsForTheResetOfALimitThatIsUsedUp(String reset, long millis) {
        assertThat(
                        millis(
                                Map.of(
                                        "x-ratelimit-remaining-requests",
                                        "0",
                                        "x-ratelimit-reset-requests",
                                        reset)))
                .isEqualTo(millis);
    }

    /** The reset is then when the limit is whole again, and a call may be made long before. */
    @Test
    void doesNotWaitForTheResetOfALimitOfWhichSomethingIsLeft() {
        assertThat(
                        millis(
                                Map.of(
                                        "x-ratelimit-remaining-requests",
                                        "0",
                                        "x-ratelimit-reset-requests",
                                        "2s",
                                        "x-ratelimit-remaining-tokens",
                                        "500",
                                        "x-ratelimit-reset-tokens",
                                        "6m0s")))
                .isEqualTo(2_000);
    }

    private static long millis(Map<String, String> headers) {
        return RequestedPause.millis(name -> headers.getOrDefault(name, ""), NOW);
    }
}
