package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.IdlePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who pays for a device of 70 W idle and 600 W busy that is read every second. */
class IdlePolicyTest {

    private static final double EXACT = 1e-6;

    private long now;
    private long counter;
    private EnergyLedger ledger;

    private void open(IdlePolicy policy) {
        ledger =
                new EnergyLedger(
                        LedgerFixture.config().idlePolicy(policy).build(), () -> now, () -> {});
        ledger.sample(0);
        pass(102, 70);
    }

    @Test
    void includesTheIdlePowerOfBusyTime() {
        open(IdlePolicy.INCLUDE);
        assertCharged(2, 1_200, 140);
        assertThat(ledger.account().idleJoules()).isCloseTo(7_000, within(EXACT));
    }

    @Test
    void subtractsTheIdlePowerOfBusyTime() {
        open(IdlePolicy.SUBTRACT);
        assertThat(ledger.account().idleWatts()).isCloseTo(70, within(EXACT));
        assertCharged(2, 1_060, 0);
        assertThat(ledger.account().idleJoules()).isCloseTo(7_140, within(EXACT));
    }

    /** Over an hour of steps, about 1 / 3,600 of the energy of idle time for each second. */
    @Test
    void amortisesTheEnergyOfIdleTime() {
        open(IdlePolicy.AMORTISE);
        double spread = 7_000 * -Math.expm1(-1 / 3_600.0);
        assertCharged(1, 600 + spread, 70 + spread);
        assertThat(ledger.account().idleJoules()).isCloseTo(7_000 - spread, within(EXACT));
        // After four hours of calls hardly any is left.
        var unused = charged(4 * 3_600);
        assertThat(ledger.account().idleJoules()).isBetween(0.0, 0.02 * 7_000);
    }

    /** What a record says at once follows the same policy. */
    @ParameterizedTest
    @CsvSource({"INCLUDE, 600, 70", "SUBTRACT, 530, 0"})
    void extrapolatesByThePolicy(IdlePolicy policy, double watts, double idleWatts) {
        open(policy);
        var unused = charged(1);
        var call = ledger.begin(LedgerFixture.NOTHING_EXPECTED);
        now += SECOND / 10;
        LedgerCharge.Figure atEnd = ledger.end(call, LedgerFixture.UNKNOWN_WORK).figure();
        assertThat(atEnd.joules()).isCloseTo(watts / 10, within(EXACT));
        assertThat(atEnd.idleJoules()).isCloseTo(idleWatts / 10, within(EXACT));
    }

    @Test
    void extrapolatesWhatCallsPayForIdleTime() {
        open(IdlePolicy.AMORTISE);
        LedgerCharge.Figure second = charged(1);
        var call = ledger.begin(LedgerFixture.NOTHING_EXPECTED);
        now += SECOND / 10;
        LedgerCharge.Figure atEnd = ledger.end(call, LedgerFixture.UNKNOWN_WORK).figure();
        assertThat(atEnd.joules()).isCloseTo(second.joules() / 10, within(EXACT));
        assertThat(atEnd.idleJoules()).isCloseTo(second.idleJoules() / 10, within(EXACT));
    }

    @Test
    void theIdlePartOfACallOfALostDeviceIsUnknown() {
        open(IdlePolicy.INCLUDE);
        var call = ledger.begin(LedgerFixture.NOTHING_EXPECTED);
        now += 100 * SECOND;
        LedgerCharge.Figure figure = ledger.end(call, LedgerFixture.UNKNOWN_WORK).figure();
        assertThat(figure.joules()).isNaN();
        assertThat(figure.idleJoules()).isNaN();
    }

    private void assertCharged(int seconds, double joules, double idleJoules) {
        LedgerCharge.Figure figure = charged(seconds);
        assertThat(figure.joules()).isCloseTo(joules, within(EXACT));
        assertThat(figure.idleJoules()).isCloseTo(idleJoules, within(EXACT));
    }

    private LedgerCharge.Figure charged(int seconds) {
        var call = ledger.begin(LedgerFixture.NOTHING_EXPECTED);
        pass(seconds, 600);
        LedgerCharge charge = ledger.end(call, LedgerFixture.UNKNOWN_WORK);
        assertThat(charge.isSettled()).isTrue();
        return charge.figure();
    }

    private void pass(int seconds, int watts) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            counter += watts * 1_000_000L;
            ledger.sample(counter);
        }
    }
}
