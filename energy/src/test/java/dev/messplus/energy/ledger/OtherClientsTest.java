package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.EXACT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Splits by tokens of a device of 100 W whose model server counts the tokens of all its clients,
 * computed by hand.
 */
class OtherClientsTest {

    private static final boolean AS_PRODUCED = true;
    private static final boolean WHEN_DONE = false;

    private final LedgerFixture device = new LedgerFixture(Attribution.TOKENS);
    private final EnergyLedger ledger = device.ledger;

    @Test
    void ourCallsDoNotPayForOtherClients() {
        device.runAlone(1, 25);
        ledger.tokensServed(0, AS_PRODUCED);
        var call = LedgerFixture.begin(ledger);
        device.pass(4, 100);
        ledger.tokensServed(400, AS_PRODUCED);
        // 100 of 400 tokens
        assertThat(LedgerFixture.end(ledger, call, 100)).isCloseTo(100, within(EXACT));
        device.assertAccount(200, 0, 300, 0);

        // Other clients without us are not idle time.
        device.pass(2, 100);
        ledger.tokensServed(50, AS_PRODUCED);
        device.assertAccount(200, 0, 500, 0);
        device.pass(2, 100);
        ledger.tokensServed(0, AS_PRODUCED);
        device.assertAccount(200, 200, 500, 0);
    }

    @Test
    void allPagesOfALongStepTellWhoseItsIdleEnergyIs() {
        device.runAlone(1, 25);
        ledger.tokensServed(0, AS_PRODUCED);
        // Between two steps of the counter, another client is served in one second of four.
        for (int second = 0; second < 3; second++) {
            device.now += LedgerFixture.SECOND;
            ledger.tokensServed(second == 1 ? 50 : 0, AS_PRODUCED);
        }
        device.now += LedgerFixture.SECOND;
        device.counter += 400_000_000;
        ledger.sample(device.counter);
        device.assertAccount(100, 400, 0, 0);
        ledger.tokensServed(0, AS_PRODUCED);
        device.assertAccount(100, 300, 100, 0);

        // What has been claimed is not claimed again.
        device.now += LedgerFixture.SECOND;
        ledger.tokensServed(50, AS_PRODUCED);
        device.assertAccount(100, 300, 100, 0);
    }

    @Test
    void ourCallsDoNotPayForOtherClientsSinceTheLastPage() {
        ledger.tokensServed(0, AS_PRODUCED);
        for (int second = 0; second < 20; second++) {
            // Of the server's 200 tokens in half a second, 10 are ours, between two pages.
            device.passHalfASecond();
            var call = LedgerFixture.begin(ledger);
            device.passHalfASecond();
            double joules = LedgerFixture.end(ledger, call, 10);
            if (second > 2) {
                // 50 J x 10 / 200
                assertThat(joules).isCloseTo(2.5, within(0.1));
            }
            device.passHalfASecond();
            ledger.tokensServed(600, AS_PRODUCED);
        }
        assertThat(ledger.account().idleJoules()).isCloseTo(0, within(1e-6));
        assertThat(ledger.account().otherClientsJoules())
                .isGreaterThan(20 * 150 - 3 * 50 - 20 * 2.6);
    }

    @Test
    void ourOwnTokensOnAPageDoNotMakeIdleTimeThatOfOtherClients() {
        ledger.tokensServed(0, AS_PRODUCED);
        for (int second = 0; second < 20; second++) {
            device.runAlone(1, 100);
            device.pass(4, 100);
            // A server sometimes counts a few tokens that its answers do not report.
            ledger.tokensServed(second % 2 == 0 ? 100 : 103, AS_PRODUCED);
        }
        device.assertAccount(2_000, 8_000, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {AS_PRODUCED, WHEN_DONE})
    void aCallThatSpansPagesIsNotTakenForOtherClients(boolean countedAsProduced) {
        ledger.tokensServed(0, countedAsProduced);
        for (int i = 0; i < 5; i++) {
            var call = LedgerFixture.begin(ledger);
            for (int second = 1; second <= 10; second++) {
                device.pass(1, 100);
                if (second < 10) {
                    ledger.tokensServed(countedAsProduced ? 100 : 0, countedAsProduced);
                }
            }
            assertThat(LedgerFixture.end(ledger, call, 1_000)).isCloseTo(1_000, within(1e-6));
            ledger.tokensServed(countedAsProduced ? 100 : 1_000, countedAsProduced);
            for (int second = 0; second < 10; second++) {
                device.pass(1, 100);
                ledger.tokensServed(0, countedAsProduced);
            }
        }
        device.assertAccount(5_000, 5_000, 0, 0);
    }

    /** All tokens of a long answer are on the page after it, beside those of short ones. */
    @Test
    void aLongAnswerCountedWhenDoneMakesShortOnesNoCheaper() {
        ledger.tokensServed(0, WHEN_DONE);
        for (int i = 0; i < 20; i++) {
            var call = LedgerFixture.begin(ledger);
            for (int second = 0; second < 20; second++) {
                device.pass(1, 100);
                ledger.tokensServed(0, WHEN_DONE);
            }
            assertThat(LedgerFixture.end(ledger, call, 2_000)).isCloseTo(2_000, within(1e-6));
            for (int half = 0; half < 2; half++) {
                call = LedgerFixture.begin(ledger);
                device.passHalfASecond();
                assertThat(LedgerFixture.end(ledger, call, 50)).isCloseTo(50, within(1e-6));
            }
            ledger.tokensServed(2_100, WHEN_DONE);
        }
        device.assertAccount(20 * 2_100, 0, 0, 0);
    }

    @Test
    void findsOtherClientsOnAServerThatCountsWhenDone() {
        ledger.tokensServed(0, WHEN_DONE);
        double last = 0;
        for (int i = 0; i < 10; i++) {
            var call = LedgerFixture.begin(ledger);
            for (int second = 0; second < 4; second++) {
                device.pass(1, 100);
                // Answers of others, of 300 tokens, end every second; ours of 400 every fourth.
                ledger.tokensServed(300 + (second == 0 && i > 0 ? 400 : 0), WHEN_DONE);
            }
            last = LedgerFixture.end(ledger, call, 400);
        }
        // 400 of 1,600 tokens in 4 s
        assertThat(last).isCloseTo(100, within(10.0));
    }

    @Test
    void anAbsurdCountKeepsEnergyConserved() {
        device.runAlone(1, 10);
        ledger.tokensServed(0, AS_PRODUCED);
        var call = LedgerFixture.begin(ledger);
        device.pass(1, 100);
        ledger.tokensServed(1e307, AS_PRODUCED);
        assertThat(LedgerFixture.end(ledger, call, 10)).isBetween(0.0, 100.0);
        device.pass(1, 100);
        device.assertConserved();
    }

    @Test
    void aPageThatLagsBehindIsNotTakenForOtherClients() {
        device.pass(1, 100);
        ledger.tokensServed(0, AS_PRODUCED);
        for (int i = 0; i < 5; i++) {
            var call = LedgerFixture.begin(ledger);
            device.pass(2, 100);
            assertThat(LedgerFixture.end(ledger, call, 100)).isCloseTo(200, within(EXACT));
            // Counted after the call has ended.
            ledger.tokensServed(100, AS_PRODUCED);
        }
        device.assertAccount(1_000, 100, 0, 0);
    }
}
