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
            double joules = ledger.end(call, 100);
            assertThat(joules).isCloseTo(3_000.0 / calls, within(1e-6));
            sum += joules;
        }
        assertThat(sum).isCloseTo(3_000, within(1e-6));
        device.assertAccount(3_000, 300, 0, 0);
    }

    @Test
    void aLongAnswerPaysMoreThanAShortOneBesideIt() {
        device.pass(1, 100);
        var first = ledger.begin();
        var second = ledger.begin();
        device.pass(4, 100);
        // 30 tokens in 4 s: 7.5 per second, which makes 30 of the other: half of 400.
        assertThat(ledger.end(first, 30)).isCloseTo(200, within(EXACT));
        // The last call takes what is left.
        assertThat(ledger.end(second, 90)).isCloseTo(200, within(EXACT));

        var third = ledger.begin();
        var fourth = ledger.begin();
        device.pass(4, 100);
        // Rates so far: 7.5, then + .1 x (22.5 - 7.5) = 9, then + .1 x (7.5 - 9) = 8.85;
        // the other is taken to have 35.4 by now: 400 x 30 / 65.4
        assertThat(ledger.end(third, 30)).isCloseTo(400 * 30 / 65.4, within(1e-6));
        assertThat(ledger.end(fourth, 35)).isCloseTo(400 * 35.4 / 65.4, within(1e-6));
        device.assertAccount(800, 100, 0, 0);
    }

    /** The calls of {@link EnergyLedgerTest#splitsEvenlyAtEveryMoment}; see docs/energy.md. */
    @Test
    void callsThatOverlapPartlyShareByTheirTokens() {
        device.pass(1, 100);
        var first = ledger.begin();
        device.pass(2, 100);
        var second = ledger.begin();
        device.pass(2, 100);
        // 40 tokens in 4 s: 10 per second, which makes 20 of the other in 2 s: 40 of 60.
        assertThat(ledger.end(first, 40)).isCloseTo(400 * 40 / 60.0, within(1e-6));
        device.pass(1, 100);
        assertThat(ledger.end(second, 30)).isCloseTo(400 * 20 / 60.0 + 100, within(1e-6));
        device.assertAccount(500, 100, 0, 0);
    }

    @Test
    void callsThatReportNoTokensShareByTime() {
        var calls = device.begin(2);
        device.pass(1, 200);

        assertThat(ledger.end(calls.get(0), Double.NaN)).isCloseTo(100, within(EXACT));
        assertThat(ledger.end(calls.get(1), Double.NaN)).isCloseTo(100, within(EXACT));
    }
}
