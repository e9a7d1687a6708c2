package dev.messplus.infer.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void readsSeconds() {
        assertThat(RetryAfter.millis("3", NOW)).isEqualTo(3_000);
        assertThat(RetryAfter.millis(" 120 ", NOW)).isEqualTo(120_000);
    }

    @Test
    void readsDates() {
        assertThat(RetryAfter.millis("Sun, 01 Mar 2026 12:00:07 GMT", NOW)).isEqualTo(7_000);
        assertThat(RetryAfter.millis("Sun, 01 Mar 2026 11:59:00 GMT", NOW)).isZero();
    }

    @Test
    void neverOverflows() {
        assertThat(RetryAfter.millis("9".repeat(40), NOW)).isGreaterThan(1_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "2026-03-01T12:00:07Z", "٣"})
    void ignoresInvalidHeaders(String header) {
        assertThat(RetryAfter.millis(header, NOW)).isZero();
    }
}
