package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ledger of a GPU of 700 W whose counter moves much less often than it is read, as that of a
 * DCGM exporter does by default.
 */
class RareCounterTest {

    private long now;
    private int lost;

    private final EnergyLedger ledger =
            new EnergyLedger(
                    LedgerFixture.config()
                            .device("dcgm:test/0")
                            .patienceNanos(4 * SECOND)
                            .stillNanos(120 * SECOND)
                            .build(),
                    () -> now,
                    () -> lost++);

    @ParameterizedTest
    @CsvSource({"30, 1", "30, 5", "30, 29", "10, 3", "5, 4", "1, 0"})
    void chargesCallsBetweenTwoSteps(int stepSeconds, int phase) {
        ledger.sample(shown(stepSeconds, phase));
        int known = 0;
        for (int second = phase + 1; second <= 1_200; second++) {
            now += SECOND / 10;
            var call = LedgerFixture.begin(ledger);
            now += SECOND * 9 / 10;
            ledger.sample(shown(stepSeconds, second));
            double joules = LedgerFixture.end(ledger, call, 10);
            assertThat(joules).as("at second %d", second).isNotZero();
            if (!Double.isNaN(joules)) {
                assertThat(joules).isCloseTo(630, within(20.0));
                known++;
            } else {
                assertThat(second).isLessThan(2 * stepSeconds + 2 + phase);
            }
        }
        assertThat(known).isGreaterThan(1_200 - 2 * stepSeconds - phase - 3);
        assertThat(lost).isZero();
        assertThat(ledger.account().counterResets()).isZero();
    }

    @Test
    void losesACounterThatStopsMoving() {
        for (int second = 0; second <= 300; second++) {
            now += SECOND;
            ledger.sample(shown(30, Math.min(second, 100)));
            assertThat(ledger.account().available()).isEqualTo(second >= 60 && second <= 90 + 120);
            var call = LedgerFixture.begin(ledger);
            now += 1_000;
            if (second > 90 + 60) {
                assertThat(LedgerFixture.end(ledger, call, 10)).isNaN();
            }
        }
        assertThat(lost).isEqualTo(1);
    }

    @Test
    void reportsACounterThatNeverMovedOnce() {
        for (int second = 0; second <= 500; second++) {
            ledger.sample(7);
            assertThat(lost).isEqualTo(second <= 120 ? 0 : 1);
            now += SECOND;
        }
        assertThat(ledger.account().available()).isFalse();
    }

    /** What the counter shows at a second, in microjoules. */
    private static long shown(int stepSeconds, int second) {
        return (long) second / stepSeconds * stepSeconds * 700_000_000L;
    }
}
