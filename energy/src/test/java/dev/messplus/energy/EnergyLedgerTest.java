package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hand-computed books of a device of 100 W, sampled every second. */
class EnergyLedgerTest {

    private static final long SECOND = 1_000_000_000;
    private static final double EXACT = 1e-9;

    /** What the device took until it was seen to move twice. */
    private static final double UNSEEN = 200;

    private long now;
    private long counter;
    private int lost;
    private EnergyLedger ledger = ledger(Attribution.INFLIGHT);

    @Test
    void aLoneCallPaysForItsTimeAndTheRestIsIdle() {
        pass(2, 100);
        var call = ledger.begin();
        pass(3, 100);
        assertThat(ledger.inFlightJoules()).isCloseTo(300, within(EXACT));
        assertThat(ledger.end(call, 10)).isCloseTo(300, within(EXACT));
        pass(1, 100);
        books(300, 300, 0, 0);
    }

    @Test
    void aCallBetweenTwoReadingsPaysAtThePowerOfLate() {
        pass(2, 100);
        now += SECOND / 4;
        var call = ledger.begin();
        now += SECOND / 2;
        assertThat(ledger.end(call, 10)).isCloseTo(50, within(EXACT));
        now += SECOND / 4;
        counter += 100_000_000;
        ledger.sample(counter);
        books(50, 250, 0, 0);
    }

    @Test
    void callsInFlightTogetherShareEvenlyAtEveryMoment() {
        pass(1, 100);
        var first = ledger.begin();
        pass(2, 100);
        var second = ledger.begin();
        pass(2, 100);
        // 200 alone, half of 200
        assertThat(ledger.end(first, 1)).isCloseTo(300, within(EXACT));
        pass(1, 100);
        // half of 200, 100 alone
        assertThat(ledger.end(second, 99)).isCloseTo(200, within(EXACT));
        books(500, 100, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void overlappingCallsDivideTheDevice(int calls) {
        pass(1, 300);
        List<EnergyLedger.Entry> entries = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            entries.add(ledger.begin());
        }
        pass(10, 300);
        for (var entry : entries) {
            assertThat(ledger.end(entry, 100)).isCloseTo(3_000.0 / calls, within(1e-6));
        }
        books(3_000, 300, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void overlappingCallsDivideTheDeviceByTokens(int calls) {
        ledger = ledger(Attribution.TOKENS);
        pass(1, 300);
        List<EnergyLedger.Entry> entries = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            entries.add(ledger.begin());
        }
        pass(10, 300);
        double sum = 0;
        for (var entry : entries) {
            double joules = ledger.end(entry, 100);
            assertThat(joules).isCloseTo(3_000.0 / calls, within(1e-6));
            sum += joules;
        }
        assertThat(sum).isCloseTo(3_000, within(1e-6));
        books(3_000, 300, 0, 0);
    }

    @Test
    void byTokensALongAnswerPaysMoreThanAShortOneBesideIt() {
        ledger = ledger(Attribution.TOKENS);
        pass(1, 100);
        var first = ledger.begin();
        var second = ledger.begin();
        pass(4, 100);
        // 30 tokens in 4 s: 7.5 per second, which makes 30 of the other: half of 400.
        assertThat(ledger.end(first, 30)).isCloseTo(200, within(EXACT));
        // The last one takes what is left.
        assertThat(ledger.end(second, 90)).isCloseTo(200, within(EXACT));

        var third = ledger.begin();
        var fourth = ledger.begin();
        pass(4, 100);
        // Rates so far: 7.5, then + .1 x (22.5 - 7.5) = 9, then + .1 x (7.5 - 9) = 8.85;
        // the other is taken to have 35.4 by now: 400 x 30 / 65.4
        assertThat(ledger.end(third, 30)).isCloseTo(400 * 30 / 65.4, within(1e-6));
        assertThat(ledger.end(fourth, 35)).isCloseTo(400 * 35.4 / 65.4, within(1e-6));
        books(800, 100, 0, 0);
    }

    /** The calls of {@link #callsInFlightTogetherShareEvenlyAtEveryMoment}; see docs/energy.md. */
    @Test
    void byTokensTheSameCallsShareByWhatTheyTook() {
        ledger = ledger(Attribution.TOKENS);
        pass(1, 100);
        var first = ledger.begin();
        pass(2, 100);
        var second = ledger.begin();
        pass(2, 100);
        // 40 tokens in 4 s: 10 per second, which makes 20 of the other in 2 s: 40 of 60.
        assertThat(ledger.end(first, 40)).isCloseTo(400 * 40 / 60.0, within(1e-6));
        pass(1, 100);
        assertThat(ledger.end(second, 30)).isCloseTo(400 * 20 / 60.0 + 100, within(1e-6));
        books(500, 100, 0, 0);
    }

    @Test
    void whatOtherClientsTakeIsNotChargedToUs() {
        ledger = ledger(Attribution.TOKENS);
        alone(1, 25);
        ledger.tokensServed(0, true);
        var call = ledger.begin();
        pass(4, 100);
        ledger.tokensServed(400, true);
        // 100 of 400 tokens
        assertThat(ledger.end(call, 100)).isCloseTo(100, within(EXACT));
        books(200, 0, 300, 0);

        // Others alone: not idle.
        pass(2, 100);
        ledger.tokensServed(50, true);
        books(200, 0, 500, 0);
        pass(2, 100);
        ledger.tokensServed(0, true);
        books(200, 200, 500, 0);
    }

    @Test
    void whatOtherClientsTakeBetweenTwoPagesIsNotChargedToUs() {
        ledger = ledger(Attribution.TOKENS);
        ledger.tokensServed(0, true);
        for (int second = 0; second < 20; second++) {
            // Of the server's 200 tokens in half a second, 10 are ours, after and before a page.
            halfASecond();
            var call = ledger.begin();
            halfASecond();
            double joules = ledger.end(call, 10);
            if (second > 2) {
                // 50 J x 10 / 200
                assertThat(joules).isCloseTo(2.5, within(0.1));
            }
            halfASecond();
            ledger.tokensServed(600, true);
        }
        assertThat(ledger.idleJoules()).isCloseTo(0, within(1e-6));
        assertThat(ledger.otherClientsJoules()).isGreaterThan(20 * 150 - 3 * 50 - 20 * 2.6);
    }

    @Test
    void whatWeTakeOurselvesMakesOurIdleTimeNobodysElse() {
        ledger = ledger(Attribution.TOKENS);
        ledger.tokensServed(0, true);
        for (int second = 0; second < 20; second++) {
            alone(1, 100);
            pass(4, 100);
            // A server counts a token here and there that its answers do not tell.
            ledger.tokensServed(second % 2 == 0 ? 100 : 103, true);
        }
        books(2_000, 8_000, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callsThatSpanPagesMakeNoOthersOfUs(boolean asTheyCome) {
        ledger = ledger(Attribution.TOKENS);
        ledger.tokensServed(0, asTheyCome);
        for (int i = 0; i < 5; i++) {
            var call = ledger.begin();
            for (int second = 1; second <= 10; second++) {
                pass(1, 100);
                if (second < 10) {
                    ledger.tokensServed(asTheyCome ? 100 : 0, asTheyCome);
                }
            }
            assertThat(ledger.end(call, 1_000)).isCloseTo(1_000, within(1e-6));
            ledger.tokensServed(asTheyCome ? 100 : 1_000, asTheyCome);
            for (int second = 0; second < 10; second++) {
                pass(1, 100);
                ledger.tokensServed(0, asTheyCome);
            }
        }
        books(5_000, 5_000, 0, 0);
    }

    /** All of a long answer is on the page after it; the short ones then pay for nobody else. */
    @Test
    void aLongAnswerThatIsCountedAtItsEndMakesShortOnesNoCheaper() {
        ledger = ledger(Attribution.TOKENS);
        ledger.tokensServed(0, false);
        for (int i = 0; i < 20; i++) {
            var call = ledger.begin();
            for (int second = 0; second < 20; second++) {
                pass(1, 100);
                ledger.tokensServed(0, false);
            }
            assertThat(ledger.end(call, 2_000)).isCloseTo(2_000, within(1e-6));
            for (int half = 0; half < 2; half++) {
                call = ledger.begin();
                halfASecond();
                assertThat(ledger.end(call, 50)).isCloseTo(50, within(1e-6));
            }
            ledger.tokensServed(2_100, false);
        }
        books(20 * 2_100, 0, 0, 0);
    }

    @Test
    void othersAreFoundOnAServerThatCountsAtTheEnd() {
        ledger = ledger(Attribution.TOKENS);
        ledger.tokensServed(0, false);
        double last = 0;
        for (int i = 0; i < 10; i++) {
            var call = ledger.begin();
            for (int second = 0; second < 4; second++) {
                pass(1, 100);
                // Answers of others, of 300 tokens, end every second; ours of 400 every fourth.
                ledger.tokensServed(300 + (second == 0 && i > 0 ? 400 : 0), false);
            }
            last = ledger.end(call, 400);
        }
        // 400 of 1,600 tokens in 4 s
        assertThat(last).isCloseTo(100, within(10.0));
    }

    @Test
    void aServerThatCountsWithoutBoundSpoilsNoBooks() {
        ledger = ledger(Attribution.TOKENS);
        alone(1, 10);
        ledger.tokensServed(0, true);
        var call = ledger.begin();
        pass(1, 100);
        ledger.tokensServed(1e307, true);
        assertThat(ledger.end(call, 10)).isBetween(0.0, 100.0);
        pass(1, 100);
        assertThat(total()).isCloseTo(counter / 1e6, within(1e-6));
    }

    @Test
    void aPageThatLagsBehindMakesNoOthersOfUs() {
        ledger = ledger(Attribution.TOKENS);
        pass(1, 100);
        ledger.tokensServed(0, true);
        for (int i = 0; i < 5; i++) {
            var call = ledger.begin();
            pass(2, 100);
            assertThat(ledger.end(call, 100)).isCloseTo(200, within(EXACT));
            // Told after the call has ended.
            ledger.tokensServed(100, true);
        }
        books(1_000, 100, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(Attribution.class)
    void aCallThatToldNoTokensPaysToo(Attribution attribution) {
        ledger = ledger(attribution);
        pass(1, 100);
        var call = ledger.begin();
        pass(2, 100);
        assertThat(ledger.end(call, Double.NaN)).isCloseTo(200, within(EXACT));
    }

    @ParameterizedTest
    @EnumSource(Attribution.class)
    void withoutAReadingTheDeviceIsLostAndNobodyIsCharged(Attribution attribution) {
        ledger = ledger(attribution);
        pass(2, 100);
        var before = ledger.begin();
        now += 11 * SECOND;
        var during = ledger.begin();
        assertThat(ledger.available()).isFalse();
        assertThat(lost).isEqualTo(1);
        now += SECOND;
        assertThat(ledger.end(during, 5)).isNaN();
        counter += 1_200_000_000;
        // It can be read again, but how old is what it tells?
        assertThat(ledger.sample(counter)).isFalse();
        now += SECOND;
        counter += 100_000_000;
        assertThat(ledger.sample(counter)).isFalse();
        assertThat(ledger.available()).isFalse();
        now += SECOND;
        counter += 100_000_000;
        assertThat(ledger.sample(counter)).isTrue();
        var after = ledger.begin();
        assertThat(ledger.end(before, 5)).isNaN();
        pass(3, 100);
        assertThat(ledger.end(after, 5)).isBetween(299.0, 300.1);
        assertThat(ledger.available()).isTrue();
        assertThat(lost).isEqualTo(1);
        assertThat(ledger.unmeteredJoules()).isCloseTo(UNSEEN + 1_400, within(1e-6));
        assertThat(total()).isCloseTo(counter / 1e6, within(1e-6));
    }

    /** A DCGM exporter as it starts by default, on a card of 700 W, read every second. */
    @ParameterizedTest
    @CsvSource({"30, 1", "30, 5", "30, 29", "10, 3", "5, 4", "1, 0"})
    void callsOnACounterThatMovesRarelyAreCharged(int renewalSeconds, int phase) {
        var exporter = exporter();
        exporter.sample(shown(renewalSeconds, phase));
        int known = 0;
        for (int second = phase + 1; second <= 1_200; second++) {
            now += SECOND / 10;
            var call = exporter.begin();
            now += SECOND * 9 / 10;
            exporter.sample(shown(renewalSeconds, second));
            double joules = exporter.end(call, 10);
            assertThat(joules).as("at second %d", second).isNotZero();
            if (!Double.isNaN(joules)) {
                assertThat(joules).isCloseTo(630, within(20.0));
                known++;
            } else {
                assertThat(second).isLessThan(2 * renewalSeconds + 2 + phase);
            }
        }
        assertThat(known).isGreaterThan(1_200 - 2 * renewalSeconds - phase - 3);
        assertThat(lost).isZero();
        assertThat(exporter.counterResets()).isZero();
    }

    @Test
    void anExporterThatShowsTheSameForeverIsLost() {
        var exporter = exporter();
        for (int second = 0; second <= 300; second++) {
            now += SECOND;
            exporter.sample(shown(30, Math.min(second, 100)));
            assertThat(exporter.available()).isEqualTo(second >= 60 && second <= 90 + 120);
            var call = exporter.begin();
            now += 1_000;
            if (second > 90 + 60) {
                assertThat(exporter.end(call, 10)).isNaN();
            }
        }
        assertThat(lost).isEqualTo(1);
    }

    @Test
    void aCounterThatNeverMovesIsToldOnce() {
        var exporter = exporter();
        for (int second = 0; second <= 500; second++) {
            exporter.sample(7);
            assertThat(lost).isEqualTo(second <= 120 ? 0 : 1);
            now += SECOND;
        }
        assertThat(exporter.available()).isFalse();
    }

    private EnergyLedger exporter() {
        return new EnergyLedger(
                "dcgm:test/0",
                Long.MAX_VALUE,
                Attribution.INFLIGHT,
                4 * SECOND,
                120 * SECOND,
                () -> now,
                () -> lost++);
    }

    private static long shown(int renewalSeconds, int second) {
        return second / renewalSeconds * renewalSeconds * 700_000_000L;
    }

    /** An hour without a reading is no step of an hour. */
    @Test
    void anOutageWhileADeviceComesBackIsAnOutageToo() {
        pass(1, 100);
        now += 20 * SECOND;
        // Read again, and seen to move once.
        pass(2, 100);
        now += 3_600 * SECOND;
        pass(2, 100);
        assertThat(ledger.available()).isFalse();
        pass(1, 100);
        assertThat(ledger.available()).isTrue();
        assertThat(ledger.watts()).isCloseTo(100, within(EXACT));

        // One that hangs now is found out soon.
        for (int second = 0; second < 12; second++) {
            now += SECOND;
            ledger.sample(counter);
        }
        assertThat(ledger.available()).isFalse();
        assertThat(total()).isCloseTo(counter / 1e6, within(200.0));
    }

    @Test
    void anOutageThatResetTheCounterCostsNobodyAnything() {
        pass(2, 100);
        now += 20 * SECOND;
        counter = 7;
        ledger.sample(counter);
        pass(2, 100);
        assertThat(ledger.counterResets()).isEqualTo(1);
        assertThat(ledger.unmeteredJoules()).isEqualTo(UNSEEN + 200);
        pass(1, 100);
        assertThat(total()).isCloseTo(UNSEEN + 500, within(1e-6));
    }

    /** A call without others, which tells how fast its model is. */
    private void alone(int seconds, double tokens) {
        var call = ledger.begin();
        pass(seconds, 100);
        assertThat(ledger.end(call, tokens)).isCloseTo(100.0 * seconds, within(1e-6));
    }

    private void halfASecond() {
        now += SECOND / 2;
        counter += 50_000_000;
        ledger.sample(counter);
    }

    /** Seconds pass, each with a reading at its end. */
    private void pass(int seconds, int watts) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            counter += watts * 1_000_000L;
            ledger.sample(counter);
        }
    }

    private void books(double attributed, double idle, double others, double unmetered) {
        assertThat(ledger.attributedJoules()).isCloseTo(attributed, within(1e-6));
        assertThat(ledger.idleJoules()).isCloseTo(idle, within(1e-6));
        assertThat(ledger.otherClientsJoules()).isCloseTo(others, within(1e-6));
        assertThat(ledger.unmeteredJoules()).isCloseTo(UNSEEN + unmetered, within(1e-6));
        assertThat(total()).isCloseTo(counter / 1e6, within(1e-6));
    }

    private double total() {
        return ledger.attributedJoules()
                + ledger.idleJoules()
                + ledger.otherClientsJoules()
                + ledger.unmeteredJoules()
                + ledger.inFlightJoules();
    }

    private EnergyLedger ledger(Attribution attribution) {
        var books =
                new EnergyLedger(
                        "test:0",
                        Long.MAX_VALUE,
                        attribution,
                        10 * SECOND,
                        0,
                        () -> now,
                        () -> lost++);
        now = 0;
        counter = 0;
        books.sample(counter);
        for (int i = 0; i < 2; i++) {
            now += SECOND;
            counter += 100_000_000;
            books.sample(counter);
        }
        return books;
    }
}
