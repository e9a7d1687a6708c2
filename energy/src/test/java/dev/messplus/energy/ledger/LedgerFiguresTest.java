package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.BEFORE_METERED;
import static dev.messplus.energy.ledger.LedgerFixture.EXACT;
import static dev.messplus.energy.ledger.LedgerFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import org.junit.jupiter.api.Test;

/** What a ledger reports beside charges, and what it does with those of a lost device, by hand. */
class LedgerFiguresTest {

    private static final boolean AS_PRODUCED = true;

    private final LedgerFixture device = new LedgerFixture(Attribution.INFLIGHT);
    private final EnergyLedger ledger = device.ledger;

    @Test
    void aChargeIsSettledByTheNextStepOrTheOneAfterIt() {
        assertThat(ledger.account().counterPeriodMillis()).isEqualTo(1_000);
        assertThat(ledger.settleNanos()).isEqualTo(SECOND);
        assertThat(stepped(LedgerFixture.config().continuous(false)).settleNanos())
                .isEqualTo(2 * SECOND);
        assertThat(stepped(LedgerFixture.config().stillNanos(Long.MAX_VALUE)).settleNanos())
                .isZero();
    }

    @Test
    void nobodyKnowsWhenAChargeOfALostDeviceIsSettled() {
        long[] now = {0};
        EnergyLedger opening =
                new EnergyLedger(LedgerFixture.config().build(), () -> now[0], () -> {});
        assertThat(opening.settleNanos()).isEqualTo(Long.MAX_VALUE);
        device.now += 20 * SECOND;
        assertThat(ledger.account().available()).isFalse();
        assertThat(ledger.settleNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sampleTellsOnceThatADeviceIsMetered() {
        long[] now = {0};
        EnergyLedger opening =
                new EnergyLedger(LedgerFixture.config().build(), () -> now[0], () -> {});
        boolean[] metered = new boolean[5];
        for (int second = 0; second < metered.length; second++) {
            metered[second] = opening.sample(second * 100_000_000L);
            now[0] += SECOND;
        }
        assertThat(metered).containsExactly(false, false, true, false, false);
    }

    @Test
    void aRefundIsUnmetered() {
        device.runAlone(1, 10);
        ledger.refund(40);
        device.assertAccount(60, 0, 0, 40);
    }

    @Test
    void readingsThatFailLoseADeviceAndTheChargesThatWait() {
        LedgerCharge waiting = waitingWithOneKnownSecond();
        device.now += 11 * SECOND;
        ledger.sampleFailed();
        assertThat(device.lost).isEqualTo(1);
        assertThatIsLost(waiting);
    }

    @Test
    void aCallThatReachedNoServerFindsOutToo() {
        EnergyLedger.Entry nowhere = LedgerFixture.begin(ledger);
        ledger.cancel(nowhere);
        LedgerCharge waiting = waitingWithOneKnownSecond();
        EnergyLedger.Entry later = LedgerFixture.begin(ledger);
        device.now += 11 * SECOND;
        ledger.cancel(later);
        assertThat(device.lost).isEqualTo(1);
        assertThatIsLost(waiting);
    }

    /** What is known of a charge, 100 J, and what is not, half a second. */
    private LedgerCharge waitingWithOneKnownSecond() {
        var call = LedgerFixture.begin(ledger);
        device.pass(1, 100);
        device.now += SECOND / 2;
        LedgerCharge charge = ledger.end(call, LedgerFixture.tokens(1));
        assertThat(charge.figure().joules()).isCloseTo(150, within(EXACT));
        assertThat(charge.isSettled()).isFalse();
        return charge;
    }

    private void assertThatIsLost(LedgerCharge charge) {
        assertThat(charge.isSettled()).isTrue();
        assertThat(charge.figure().joules()).isNaN();
        assertThat(charge.figure().settled()).isTrue();
        assertThat(charge.settled()).isCompleted();
        device.assertAccount(0, 0, 0, 100);
        assertThat(ledger.account().inFlightJoules()).isZero();
    }

    @Test
    void whatACallHadUsedBeforeItsDeviceWasLostIsUnmetered() {
        var call = LedgerFixture.begin(ledger);
        device.pass(1, 100);
        device.now += 20 * SECOND;
        assertThat(LedgerFixture.end(ledger, call, 1)).isNaN();
        device.assertAccount(0, 0, 0, 100);
        assertThat(ledger.account().inFlightJoules()).isZero();
    }

    @Test
    void anImpossibleStepIsChargedToNobody() {
        var call = LedgerFixture.begin(ledger);
        device.now += SECOND;
        ledger.sample(device.counter + 20_000_000_000L);
        assertThat(ledger.account().counterResets()).isEqualTo(1);
        assertThat(LedgerFixture.end(ledger, call, 1)).isNaN();

        var next = LedgerFixture.begin(ledger);
        device.now += SECOND;
        ledger.sample(device.counter + 20_100_000_000L);
        assertThat(LedgerFixture.end(ledger, next, 1)).isCloseTo(100, within(EXACT));
        assertThat(ledger.account().idleJoules()).isZero();
    }

    /** A first reading may be as old as a counter may stand still, 10 s here, and a second more. */
    @Test
    void theFirstStepMayBeAsOldAsTheCounterMayStandStill() {
        assertThat(resetsAfterAFirstStepOf(60_000)).isZero();
        assertThat(resetsAfterAFirstStepOf(60_001)).isEqualTo(1);
    }

    private static long resetsAfterAFirstStepOf(long joules) {
        long[] now = {0};
        EnergyLedger opening =
                new EnergyLedger(
                        LedgerFixture.config().stillNanos(10 * SECOND).build(),
                        () -> now[0],
                        () -> {});
        opening.sample(0);
        now[0] += SECOND;
        opening.sample(joules * 1_000_000);
        return opening.account().counterResets();
    }

    /** The half second in the server's queue is idle: 20 W, known from before. */
    @Test
    void theQueueOfALoneCallIsPricedAsIdleTime() {
        device.pass(50, 20);
        var call = LedgerFixture.begin(ledger);
        device.now += SECOND;
        LedgerCharge charge = ledger.end(call, new Work(5, 5, 0.5));
        // Half a second at 20 W and half at 100 W.
        device.counter += 60_000_000;
        ledger.sample(device.counter);
        assertThat(charge.figure().joules()).isCloseTo(50, within(1.0));
    }

    @Test
    void chargesAreComparedWithAllTokensThatAreServed() {
        LedgerFixture shared = new LedgerFixture(Attribution.TOKENS);
        shared.ledger.tokensServed(0, AS_PRODUCED);
        assertThat(shared.ledger.account().joulesPerTokenDrift()).isNaN();
        shared.runAlone(1, 100);
        shared.ledger.tokensServed(125, AS_PRODUCED);
        // 100 J for 100 of 125 tokens, where the device used 100 J for all of them.
        assertThat(shared.ledger.account().joulesPerTokenDrift()).isCloseTo(0.25, within(EXACT));

        // Others alone: 100 J for 50 tokens.
        shared.pass(1, 100);
        shared.ledger.tokensServed(50, AS_PRODUCED);
        assertThat(shared.ledger.account().joulesPerTokenDrift())
                .isCloseTo(175 / 200.0 - 1, within(EXACT));

        // What is served while nobody reads the device is compared with nothing.
        shared.now += 20 * SECOND;
        shared.ledger.tokensServed(1_000_000, AS_PRODUCED);
        assertThat(shared.ledger.account().joulesPerTokenDrift())
                .isCloseTo(175 / 200.0 - 1, within(EXACT));
        assertThat(shared.ledger.account().unmeteredJoules()).isEqualTo(BEFORE_METERED);
    }

    /** A ledger whose counter moves by 100 J every second. */
    private static EnergyLedger stepped(LedgerConfigBuilder config) {
        long[] now = {0};
        EnergyLedger stepped = new EnergyLedger(config.build(), () -> now[0], () -> {});
        for (int second = 0; second < 5; second++) {
            stepped.sample(second * 100_000_000L);
            now[0] += SECOND;
        }
        return stepped;
    }
}
