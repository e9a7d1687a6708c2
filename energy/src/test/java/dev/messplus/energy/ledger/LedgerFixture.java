package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.IdlePolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The ledger of a device whose time and counter a test moves. Readings may be 10 s apart. The
 * device has been seen to draw 100 W for 2 s, so it is metered.
 */
final class LedgerFixture {

    static final long SECOND = 1_000_000_000;
    static final double EXACT = 1e-9;

    /** Joules that the device used before it was metered. */
    static final double BEFORE_METERED = 200;

    static final ExpectedWork NOTHING_EXPECTED = new ExpectedWork(0, Double.NaN);
    static final Work UNKNOWN_WORK = new Work(Double.NaN, Double.NaN, Double.NaN);

    private static final double ROUNDING = 1e-6;

    final EnergyLedger ledger;
    long now;
    long counter;
    int lost;

    LedgerFixture(Attribution attribution) {
        ledger =
                new EnergyLedger(
                        config().attribution(attribution).build(), () -> now, () -> lost++);
        ledger.sample(counter);
        pass(2, 100);
    }

    /** A device whose counter never wraps around, split by time. */
    static LedgerConfigBuilder config() {
        return LedgerConfigBuilder.builder()
                .device("test:0")
                .rangeMicrojoules(Long.MAX_VALUE)
                .attribution(Attribution.INFLIGHT)
                .idlePolicy(IdlePolicy.INCLUDE)
                .continuous(true)
                .patienceNanos(10 * SECOND);
    }

    /** Nothing is known but weighted tokens of an answer. */
    static Work tokens(double tokens) {
        return new Work(tokens, tokens, Double.NaN);
    }

    /** Lets seconds pass, with a reading at the end of each. */
    void pass(int seconds, int watts) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            counter += watts * 1_000_000L;
            ledger.sample(counter);
        }
    }

    /** Lets half a second pass at 100 W, with a reading at its end. */
    void passHalfASecond() {
        now += SECOND / 2;
        counter += 50_000_000;
        ledger.sample(counter);
    }

    /** Begins a call of which nothing is expected. */
    static EnergyLedger.Entry begin(EnergyLedger ledger) {
        return ledger.begin(NOTHING_EXPECTED);
    }

    /** Ends a call, and returns what it is charged then. */
    static double end(EnergyLedger ledger, EnergyLedger.Entry call, double tokens) {
        return ledger.end(call, tokens(tokens)).figure().joules();
    }

    List<EnergyLedger.Entry> begin(int calls) {
        List<EnergyLedger.Entry> begun = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            begun.add(begin(ledger));
        }
        return begun;
    }

    /** Runs a call that has the device for itself at 100 W. */
    void runAlone(int seconds, double tokens) {
        var call = begin(ledger);
        pass(seconds, 100);
        assertThat(end(ledger, call, tokens)).isCloseTo(100.0 * seconds, within(ROUNDING));
    }

    /** Checks the account, where {@code unmetered} starts once the device is metered. */
    void assertAccount(double attributed, double idle, double others, double unmetered) {
        EnergyAccount account = ledger.account();
        assertThat(account.attributedJoules()).isCloseTo(attributed, within(ROUNDING));
        assertThat(account.idleJoules()).isCloseTo(idle, within(ROUNDING));
        assertThat(account.otherClientsJoules()).isCloseTo(others, within(ROUNDING));
        assertThat(account.unmeteredJoules())
                .isCloseTo(BEFORE_METERED + unmetered, within(ROUNDING));
        assertConserved();
    }

    /** Checks that the account adds up to what the counter moved. */
    void assertConserved() {
        assertThat(sum(ledger)).isCloseTo(counter / 1e6, within(ROUNDING));
    }

    /** The five figures of an account, added up. */
    static double sum(EnergyLedger ledger) {
        EnergyAccount account = ledger.account();
        return account.attributedJoules()
                + account.idleJoules()
                + account.otherClientsJoules()
                + account.unmeteredJoules()
                + account.inFlightJoules();
    }
}
