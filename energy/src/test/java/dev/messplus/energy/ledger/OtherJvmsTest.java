package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.EXACT;
import static dev.messplus.energy.ledger.LedgerFixture.SECOND;
import static dev.messplus.energy.ledger.LedgerFixture.begin;
import static dev.messplus.energy.ledger.LedgerFixture.end;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A device of 50 W idle and 100 W busy with a ledger in each of two JVMs, which know at once what
 * is in flight in the other one. All figures are computed by hand.
 */
class OtherJvmsTest {

    private static final double ROUNDING = 1e-6;

    /** Idle energy before the first call: 4 s of 50 W. */
    private static final double IDLE = 200;

    private long now;
    private long counter;
    private EnergyLedger here;
    private EnergyLedger there;

    @BeforeEach
    void open() {
        open(Attribution.INFLIGHT, IdlePolicy.INCLUDE);
    }

    private void open(Attribution attribution, IdlePolicy idle) {
        now = 0;
        counter = 0;
        here = ledger(attribution, idle);
        there = ledger(attribution, idle);
        pass(6, 50);
    }

    private EnergyLedger ledger(Attribution attribution, IdlePolicy idle) {
        EnergyLedger ledger =
                new EnergyLedger(
                        LedgerFixture.config().attribution(attribution).idlePolicy(idle).build(),
                        () -> now,
                        () -> {});
        ledger.sample(0);
        return ledger;
    }

    @ParameterizedTest
    @EnumSource(Attribution.class)
    void callsThatAlternatePayForThemselves(Attribution attribution) {
        open(attribution, IdlePolicy.INCLUDE);
        var first = begin(here);
        exchange();
        pass(2, 100);
        assertThat(end(here, first, 20)).isCloseTo(200, within(EXACT));
        var second = begin(there);
        exchange();
        pass(3, 100);
        assertThat(end(there, second, 30)).isCloseTo(300, within(EXACT));
        exchange();
        assertBooks(here, 200, 300, IDLE);
        assertBooks(there, 300, 200, IDLE);
    }

    /** One call for 2 s, then one in each JVM for 2 s, then another one there for 2 s. */
    @ParameterizedTest
    @EnumSource(Attribution.class)
    void callsThatOverlapShareTheDeviceByTheirNumber(Attribution attribution) {
        open(attribution, IdlePolicy.INCLUDE);
        var first = begin(here);
        exchange();
        pass(2, 100);
        var second = begin(there);
        exchange();
        pass(2, 100);
        var third = begin(there);
        exchange();
        pass(2, 120);
        double charged = end(here, first, 60);
        assertThat(charged).isCloseTo(200 + 100 + 80, within(EXACT));
        // By tokens, the calls of a JVM share their part: 20 of 30 tokens a second.
        double ofSecond = end(there, second, 40);
        double ofThird = end(there, third, 20);
        exchange();
        assertThat(ofSecond + ofThird).isCloseTo(100 + 160, within(EXACT));
        assertBooks(here, 380, 260, IDLE);
        assertBooks(there, 260, 380, IDLE);
    }

    @Test
    void aJvmWithoutCallsBooksThoseOfOthersAndNoIdleTime() {
        there.inFlightElsewhere(3);
        pass(5, 100);
        assertBooks(there, 0, 500, IDLE);
        there.inFlightElsewhere(0);
        pass(2, 50);
        assertBooks(there, 0, 500, IDLE + 100);
        assertThat(there.account().idleWatts()).isCloseTo(50, within(EXACT));
    }

    /** Those elsewhere have been in flight before this JVM is told of them. */
    @ParameterizedTest
    @EnumSource(Attribution.class)
    void whatIsToldLateCountsForTheTimeSinceAnythingElseChanged(Attribution attribution) {
        open(attribution, IdlePolicy.INCLUDE);
        var call = begin(here);
        now += SECOND / 4;
        here.inFlightElsewhere(1);
        now += SECOND / 4;
        here.inFlightElsewhere(4);
        now += SECOND / 2;
        read(100_000_000);
        assertThat(end(here, call, 10)).isCloseTo(12.5 + 5 + 10, within(EXACT));
        assertBooks(here, 27.5, 72.5, IDLE);
    }

    @Test
    void whatIsToldLateDoesNotCountForOtherCallsOrSteps() {
        var first = begin(here);
        now += SECOND / 2;
        var second = begin(here);
        now += SECOND / 4;
        here.inFlightElsewhere(2);
        now += SECOND / 4;
        read(100_000_000);
        here.inFlightElsewhere(0);
        pass(1, 100);
        // Alone, then two of four, then two of two.
        assertThat(end(here, first, 10)).isCloseTo(50 + 12.5 + 50, within(EXACT));
        assertThat(end(here, second, 10)).isCloseTo(12.5 + 50, within(EXACT));
        assertBooks(here, 175, 25, IDLE);
    }

    @Test
    void whatAServerPageShowsIsNotTakenOutTwice() {
        open(Attribution.TOKENS, IdlePolicy.INCLUDE);
        here.tokensServed(0, false);
        var call = begin(here);
        here.inFlightElsewhere(1);
        pass(4, 100);
        here.tokensServed(400, false);
        // 100 of 400 tokens: the others are those of calls that have ended elsewhere.
        assertThat(end(here, call, 100)).isCloseTo(100, within(EXACT));
        here.inFlightElsewhere(0);
        assertBooks(here, 100, 300, IDLE);
    }

    @Test
    void aCallThatReachedNoServerLeavesItsPartToTheOthers() {
        var call = begin(here);
        here.inFlightElsewhere(1);
        pass(2, 100);
        here.cancel(call);
        assertBooks(here, 0, 200, IDLE);
    }

    @Test
    void nobodyPaysTheIdlePowerOfBusyTimeTwice() {
        open(Attribution.INFLIGHT, IdlePolicy.SUBTRACT);
        var first = begin(here);
        var second = begin(there);
        exchange();
        pass(4, 100);
        assertThat(end(here, first, 10)).isCloseTo(100, within(EXACT));
        assertThat(end(there, second, 10)).isCloseTo(100, within(EXACT));
        exchange();
        assertBooks(here, 100, 100, IDLE + 200);
    }

    /** Each JVM has all idle energy in its books, and its calls pay their part of what is due. */
    @Test
    void idleEnergyIsHandedOutOnce() {
        open(Attribution.INFLIGHT, IdlePolicy.AMORTISE);
        double due = IDLE * -Math.expm1(-1 / 3_600.0);
        var first = begin(here);
        var second = begin(there);
        var third = begin(there);
        exchange();
        pass(1, 120);
        double charged = end(here, first, 10);
        assertThat(charged).isCloseTo(40 + due / 3, within(EXACT));
        charged += end(there, second, 10) + end(there, third, 10);
        exchange();
        assertThat(charged).isCloseTo(120 + due, within(EXACT));
        assertBooks(here, 40 + due / 3, 80 + due * 2 / 3, IDLE - due);
    }

    @Test
    void nobodyKnowsWhatCallsTookOnADeviceThatIsLost() {
        var call = begin(here);
        exchange();
        there.inFlightElsewhere(1);
        now += 100 * SECOND;
        assertThat(end(here, call, 10)).isNaN();
        exchange();
        pass(3, 100);
        assertConserved(here);
        assertConserved(there);
        assertThat(there.account().otherClientsJoules()).isZero();
    }

    private void exchange() {
        here.inFlightElsewhere(there.inFlight());
        there.inFlightElsewhere(here.inFlight());
    }

    private void pass(int seconds, int watts) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            read(watts * 1_000_000L);
        }
    }

    private void read(long microjoules) {
        counter += microjoules;
        here.sample(counter);
        there.sample(counter);
    }

    private void assertBooks(EnergyLedger ledger, double own, double others, double idle) {
        assertThat(ledger.account().attributedJoules()).isCloseTo(own, within(ROUNDING));
        assertThat(ledger.account().otherClientsJoules()).isCloseTo(others, within(ROUNDING));
        assertThat(ledger.account().idleJoules()).isCloseTo(idle, within(ROUNDING));
        assertConserved(ledger);
    }

    private void assertConserved(EnergyLedger ledger) {
        assertThat(LedgerFixture.sum(ledger)).isCloseTo(counter / 1e6, within(ROUNDING));
    }
}
