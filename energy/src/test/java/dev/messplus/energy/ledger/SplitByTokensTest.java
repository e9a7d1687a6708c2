package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.EXACT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Splits by tokens of a device of 100 W that is read every second, computed by hand. */
class SplitByTokensTest {

    private final LedgerFixture device = new LedgerFixture(Attribution.TOKENS);
    private final EnergyLedger ledger = device.ledger;

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void overlappingCallsOfEqualTokensShareTheDeviceEvenly(int calls) {
        device.pass(1, 300);
        var begun = device.begin(calls);
        device.pass(10, 300);
        double sum = 0;
        for (var call : begun) {
            double joules = LedgerFixture.end(ledger, call, 100);
            assertThat(joules).isCloseTo(3_000.0 / calls, within(1e-6));
            sum += joules;
        }
        assertThat(sum).isCloseTo(3_000, within(1e-6));
        device.assertAccount(3_000, 300, 0, 0);
    }

    @Test
    void aLongAnswerPaysMoreThanAShortOneBesideIt() {
        device.pass(1, 100);
        var first = LedgerFixture.begin(ledger);
        var second = LedgerFixture.begin(ledger);
        device.pass(4, 100);
        // 30 tokens in 4 s: 7.5 per second, which makes 30 of the other: half of 400.
        assertThat(LedgerFixture.end(ledger, first, 30)).isCloseTo(200, within(EXACT));
        // The last call takes what is left.
        assertThat(LedgerFixture.end(ledger, second, 90)).isCloseTo(200, within(EXACT));

        var third = LedgerFixture.begin(ledger);
        var fourth = LedgerFixture.begin(ledger);
        device.pass(4, 100);
        // The rate, as the mean over tokens: (30 x 7.5 + 90 x 22.5 + 30 x 7.5) / 150 = 16.5, less
        // what is forgotten. So the other is taken to have 66 by now: 400 x 30 / 96.
        double joules = LedgerFixture.end(ledger, third, 30);
        assertThat(joules).isCloseTo(125, within(0.2));
        assertThat(LedgerFixture.end(ledger, fourth, 35)).isCloseTo(400 - joules, within(1e-6));
        device.assertAccount(800, 100, 0, 0);
    }

    /** The calls of {@link EnergyLedgerTest#splitsEvenlyAtEveryMoment}; see docs/energy.md. */
    @Test
    void callsThatOverlapPartlyShareByTheirTokens() {
        device.pass(1, 100);
        var first = LedgerFixture.begin(ledger);
        device.pass(2, 100);
        var second = LedgerFixture.begin(ledger);
        device.pass(2, 100);
        // 40 tokens in 4 s: 10 per second, which makes 20 of the other in 2 s: 40 of 60.
        assertThat(LedgerFixture.end(ledger, first, 40)).isCloseTo(400 * 40 / 60.0, within(1e-6));
        device.pass(1, 100);
        assertThat(LedgerFixture.end(ledger, second, 30))
                .isCloseTo(400 * 20 / 60.0 + 100, within(1e-6));
        device.assertAccount(500, 100, 0, 0);
    }

    @Test
    void callsThatReportNoTokensShareByTime() {
        var calls = device.begin(2);
        device.pass(1, 200);

        assertThat(LedgerFixture.end(ledger, calls.get(0), Double.NaN))
                .isCloseTo(100, within(EXACT));
        assertThat(LedgerFixture.end(ledger, calls.get(1), Double.NaN))
                .isCloseTo(100, within(EXACT));
    }
}
