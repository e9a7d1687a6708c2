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
        assertThat(charged(2)).isCloseTo(1_200, within(EXACT));
        assertThat(ledger.account().idleJoules()).isCloseTo(7_000, within(EXACT));
    }

    @Test
    void subtractsTheIdlePowerOfBusyTime() {
        open(IdlePolicy.SUBTRACT);
        assertThat(ledger.account().idleWatts()).isCloseTo(70, within(EXACT));
        assertThat(charged(2)).isCloseTo(1_060, within(EXACT));
        assertThat(ledger.account().idleJoules()).isCloseTo(7_140, within(EXACT));
    }

    /** Over an hour of steps, about 1 / 3,600 of the energy of idle time for each second. */
    @Test
    void amortisesTheEnergyOfIdleTime() {
        open(IdlePolicy.AMORTISE);
        double spread = 7_000 * -Math.expm1(-1 / 3_600.0);
        assertThat(charged(1)).isCloseTo(600 + spread, within(EXACT));
        assertThat(ledger.account().idleJoules()).isCloseTo(7_000 - spread, within(EXACT));
        // After four hours of calls hardly any is left.
        charged(4 * 3_600);
        assertThat(ledger.account().idleJoules()).isBetween(0.0, 0.02 * 7_000);
    }

    /** What a record says at once follows the same policy. */
    @ParameterizedTest
    @CsvSource({"INCLUDE, 600", "SUBTRACT, 530"})
    void extrapolatesByThePolicy(IdlePolicy policy, double watts) {
        open(policy);
        charged(1);
        var call = ledger.begin(LedgerFixture.NOTHING_EXPECTED);
        now += SECOND / 10;
        assertThat(ledger.end(call, LedgerFixture.UNKNOWN_WORK).figure().joules())
                .isCloseTo(watts / 10, within(EXACT));
    }

    @Test
    void extrapolatesWhatCallsPayForIdleTime() {
        open(IdlePolicy.AMORTISE);
        double second = charged(1);
        var call = ledger.begin(LedgerFixture.NOTHING_EXPECTED);
        now += SECOND / 10;
        assertThat(ledger.end(call, LedgerFixture.UNKNOWN_WORK).figure().joules())
                .isCloseTo(second / 10, within(EXACT));
    }

    private double charged(int seconds) {
        var call = ledger.begin(LedgerFixture.NOTHING_EXPECTED);
        pass(seconds, 600);
        LedgerCharge charge = ledger.end(call, LedgerFixture.UNKNOWN_WORK);
        assertThat(charge.isSettled()).isTrue();
        return charge.figure().joules();
    }

    private void pass(int seconds, int watts) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            counter += watts * 1_000_000L;
            ledger.sample(counter);
        }
    }
}
