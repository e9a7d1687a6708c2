package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.BEFORE_METERED;
import static dev.messplus.energy.ledger.LedgerFixture.EXACT;
import static dev.messplus.energy.ledger.LedgerFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts of a device of 100 W that is read every second, computed by hand. */
class EnergyLedgerTest {

    private LedgerFixture device = new LedgerFixture(Attribution.INFLIGHT);
    private EnergyLedger ledger = device.ledger;

    private void useAttribution(Attribution attribution) {
        device = new LedgerFixture(attribution);
        ledger = device.ledger;
    }

    @Test
    void chargesACallForItsTimeAndBooksTheRestAsIdle() {
        device.pass(2, 100);
        var call = LedgerFixture.begin(ledger);
        device.pass(3, 100);
        assertThat(ledger.account().inFlightJoules()).isCloseTo(300, within(EXACT));
        assertThat(LedgerFixture.end(ledger, call, 10)).isCloseTo(300, within(EXACT));
        device.pass(1, 100);
        device.assertAccount(300, 300, 0, 0);
    }

    /** Nothing has shown yet what the device draws while calls are in flight. */
    @Test
    void aCallBetweenTwoReadingsIsChargedAtTheNext() {
        device.pass(2, 100);
        LedgerCharge first = halfASecondBetweenReadings();
        assertThat(first.figure().joules()).isNaN();
        readAfterAQuarterOfASecond();
        assertThat(first.settled())
                .isCompletedWithValueMatching(figure -> Math.abs(figure.joules() - 50) < EXACT);
        device.assertAccount(50, 250, 0, 0);

        LedgerCharge second = halfASecondBetweenReadings();
        assertThat(second.figure().joules()).isCloseTo(50, within(EXACT));
        assertThat(second.figure().settled()).isFalse();
        assertThat(second.settled()).isNotDone();
        readAfterAQuarterOfASecond();
        assertThat(second.figure().settled()).isTrue();
        device.assertAccount(100, 300, 0, 0);
    }

    private LedgerCharge halfASecondBetweenReadings() {
        device.now += SECOND / 4;
        var call = LedgerFixture.begin(ledger);
        device.now += SECOND / 2;
        return ledger.end(call, LedgerFixture.tokens(10));
    }

    private void readAfterAQuarterOfASecond() {
        device.now += SECOND / 4;
        device.counter += 100_000_000;
        ledger.sample(device.counter);
    }

    @Test
    void splitsEvenlyAtEveryMoment() {
        device.pass(1, 100);
        var first = LedgerFixture.begin(ledger);
        device.pass(2, 100);
        var second = LedgerFixture.begin(ledger);
        device.pass(2, 100);
        // 200 alone, half of 200
        assertThat(LedgerFixture.end(ledger, first, 1)).isCloseTo(300, within(EXACT));
        device.pass(1, 100);
        // half of 200, 100 alone
        assertThat(LedgerFixture.end(ledger, second, 99)).isCloseTo(200, within(EXACT));
        device.assertAccount(500, 100, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void overlappingCallsShareTheDevice(int calls) {
        device.pass(1, 300);
        var begun = device.begin(calls);
        device.pass(10, 300);
        for (var call : begun) {
            assertThat(LedgerFixture.end(ledger, call, 100))
                    .isCloseTo(3_000.0 / calls, within(1e-6));
        }
        device.assertAccount(3_000, 300, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(Attribution.class)
    void chargesACallThatReportedNoTokens(Attribution attribution) {
        useAttribution(attribution);
        device.pass(1, 100);
        var call = LedgerFixture.begin(ledger);
        device.pass(2, 100);
        assertThat(LedgerFixture.end(ledger, call, Double.NaN)).isCloseTo(200, within(EXACT));
    }

    @ParameterizedTest
    @EnumSource(Attribution.class)
    void chargesNoCallThatAnOutageTouches(Attribution attribution) {
        useAttribution(attribution);
        device.pass(2, 100);
        var before = LedgerFixture.begin(ledger);
        device.now += 11 * SECOND;
        var during = LedgerFixture.begin(ledger);
        assertThat(ledger.account().available()).isFalse();
        assertThat(device.lost).isEqualTo(1);
        device.now += SECOND;
        assertThat(LedgerFixture.end(ledger, during, 5)).isNaN();
        device.counter += 1_200_000_000;
        // The counter can be read again, but the age of its figure is not known.
        assertThat(ledger.sample(device.counter)).isFalse();
        device.now += SECOND;
        device.counter += 100_000_000;
        assertThat(ledger.sample(device.counter)).isFalse();
        assertThat(ledger.account().available()).isFalse();
        device.now += SECOND;
        device.counter += 100_000_000;
        assertThat(ledger.sample(device.counter)).isTrue();
        var after = LedgerFixture.begin(ledger);
        assertThat(LedgerFixture.end(ledger, before, 5)).isNaN();
        device.pass(3, 100);
        assertThat(LedgerFixture.end(ledger, after, 5)).isBetween(299.0, 300.1);
        assertThat(ledger.account().available()).isTrue();
        assertThat(device.lost).isEqualTo(1);
        assertThat(ledger.account().unmeteredJoules())
                .isCloseTo(BEFORE_METERED + 1_400, within(1e-6));
        device.assertConserved();
    }

    /** It must not pay for just the seconds in which the device could be read. */
    @Test
    void chargesNoCallThatBeganInAnOutageAndEndedAfterIt() {
        device.now += 20 * SECOND;
        var call = LedgerFixture.begin(ledger);
        assertThat(ledger.account().available()).isFalse();
        device.now += 9 * SECOND;
        device.counter += 2_900_000_000L;
        ledger.sample(device.counter);
        device.pass(2, 100);
        assertThat(ledger.account().available()).isTrue();

        assertThat(LedgerFixture.end(ledger, call, 5)).isNaN();
        assertThat(ledger.account().attributedJoules()).isZero();
    }

    @Test
    void losesAnIdleDeviceThatIsNotRead() {
        assertThat(ledger.account().watts()).isEqualTo(100);
        device.now += 60 * SECOND;

        assertThat(ledger.account().available()).isFalse();
        assertThat(ledger.account().watts()).isNaN();
    }

    @Test
    void neverLosesACounterThatMayStandStill() {
        long[] now = {0};
        EnergyLedger memory =
                new EnergyLedger(
                        LedgerFixture.config().stillNanos(Long.MAX_VALUE).build(),
                        () -> now[0],
                        () -> device.lost++);
        memory.sample(7);
        var call = LedgerFixture.begin(memory);
        for (int second = 0; second < 3_600; second++) {
            now[0] += SECOND;
            memory.sample(7);
            assertThat(memory.account().available()).isTrue();
        }
        assertThat(LedgerFixture.end(memory, call, 5)).isZero();
        assertThat(device.lost).isZero();

        // It must be read all the same.
        now[0] += 11 * SECOND;
        assertThat(memory.account().available()).isFalse();
    }

    /** An hour without a reading must not become a step of an hour. */
    @Test
    void startsOverAfterASecondOutageWhileTheDeviceComesBack() {
        device.pass(1, 100);
        device.now += 20 * SECOND;
        // Read again, and seen to move once.
        device.pass(2, 100);
        device.now += 3_600 * SECOND;
        device.pass(2, 100);
        assertThat(ledger.account().available()).isFalse();
        device.pass(1, 100);
        assertThat(ledger.account().available()).isTrue();
        assertThat(ledger.account().watts()).isCloseTo(100, within(EXACT));

        // A counter that hangs now is noticed soon.
        for (int second = 0; second < 12; second++) {
            device.now += SECOND;
            ledger.sample(device.counter);
        }
        assertThat(ledger.account().available()).isFalse();
        assertThat(LedgerFixture.sum(ledger)).isCloseTo(device.counter / 1e6, within(200.0));
    }

    @Test
    void booksNothingForACounterThatWasResetInAnOutage() {
        device.pass(2, 100);
        device.now += 20 * SECOND;
        device.counter = 7;
        ledger.sample(device.counter);
        device.pass(2, 100);
        assertThat(ledger.account().counterResets()).isEqualTo(1);
        assertThat(ledger.account().unmeteredJoules()).isEqualTo(BEFORE_METERED + 200);
        device.pass(1, 100);
        assertThat(LedgerFixture.sum(ledger)).isCloseTo(BEFORE_METERED + 500, within(1e-6));
    }

    @Test
    void aCallPaysNothingForTheTimeThatItWaitedInItsServersQueue() {
        var queued = LedgerFixture.begin(ledger);
        var served = LedgerFixture.begin(ledger);
        device.pass(4, 100);
        // Half of 400 J, for one of four seconds; the rest goes to the other call.
        assertThat(ledger.end(queued, new Work(5, 5, 1)).figure().joules())
                .isCloseTo(50, within(EXACT));
        device.pass(1, 100);
        assertThat(LedgerFixture.end(ledger, served, 5)).isCloseTo(450, within(EXACT));
        device.assertAccount(500, 0, 0, 0);
    }

    @Test
    void theQueueOfALoneCallIsIdleTime() {
        var call = LedgerFixture.begin(ledger);
        device.pass(4, 100);
        assertThat(ledger.end(call, new Work(5, 5, 1)).figure().joules())
                .isCloseTo(100, within(EXACT));
        device.assertAccount(100, 300, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(Attribution.class)
    void aCallThatReachedNoServerPaysNothing(Attribution attribution) {
        useAttribution(attribution);
        var other = LedgerFixture.begin(ledger);
        var nowhere = LedgerFixture.begin(ledger);
        device.pass(2, 100);
        device.now += SECOND / 2;
        ledger.cancel(nowhere);
        device.now += SECOND / 2;
        device.counter += 100_000_000;
        ledger.sample(device.counter);
        assertThat(LedgerFixture.end(ledger, other, 5)).isCloseTo(300, within(EXACT));

        ledger.cancel(LedgerFixture.begin(ledger));
        var alone = LedgerFixture.begin(ledger);
        device.pass(1, 100);
        device.now += SECOND / 2;
        ledger.cancel(alone);
        device.now += SECOND / 2;
        device.counter += 100_000_000;
        ledger.sample(device.counter);
        device.assertAccount(300, 200, 0, 0);
    }

    @Test
    void callsBeyondThoseThatCanWaitKeepTheirEstimates() {
        device.runAlone(1, 10);
        for (int i = 0; i < LedgerConstants.MAX_WAITING; i++) {
            ledger.cancel(LedgerFixture.begin(ledger));
        }
        device.now += 1_000;
        List<LedgerCharge> charges = new ArrayList<>();
        for (int i = 0; i < LedgerConstants.MAX_WAITING + 1_000; i++) {
            var call = LedgerFixture.begin(ledger);
            device.now += 1_000;
            charges.add(ledger.end(call, LedgerFixture.tokens(1)));
        }
        LedgerCharge late = charges.get(LedgerConstants.MAX_WAITING);
        assertThat(late.isSettled()).isTrue();
        assertThat(late.figure().settled()).isFalse();
        assertThat(charges.get(0).isSettled()).isFalse();
        device.counter += 20_000_000;
        ledger.sample(device.counter);
        assertThat(charges).allMatch(LedgerCharge::isSettled);
        device.assertConserved();
        assertThat(ledger.account().inFlightJoules()).isZero();
        // Those that did not wait were charged as well: a hundredth of 20 J.
        assertThat(ledger.account().attributedJoules()).isCloseTo(120, within(1e-3));
    }

    /** Of a second at 100 W, in which nobody knows what the device drew when. */
    @Test
    void tellsHowSureAChargeIs() {
        device.pass(50, 100);
        device.runAlone(1, 10);
        device.now += SECOND / 2;
        var half = LedgerFixture.begin(ledger);
        device.now += SECOND / 2;
        LedgerCharge charge = ledger.end(half, LedgerFixture.tokens(1));
        double before = charge.figure().variance();
        device.counter += 100_000_000;
        ledger.sample(device.counter);
        double after = charge.figure().variance();

        // 30% of 50 J before; then what the noise of idle power leaves, and 1% of 50 J.
        assertThat(Math.sqrt(before)).isBetween(15.0, 15.1);
        assertThat(Math.sqrt(after)).isBetween(0.5, 1.5);
    }
}
