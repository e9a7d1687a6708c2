package dev.messplus.infer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.config.BreakerConfig;
import dev.messplus.testkit.LogCapture;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For how long the breaker of a server is open. */
class ServerBreakerTest {

    private static final int CALLS = 2;
    private static final long FIRST_MILLIS = 10;
    private static final long MAX_MILLIS = 100;

    /** The system's may be negative. */
    private final AtomicLong now = new AtomicLong(-20_000_000);

    private final ServerBreaker breaker = breaker(FIRST_MILLIS, MAX_MILLIS);

    @Test
    void opensForTwiceAsLongWheneverItsTrialFails() {
        List<Long> openMillis = new ArrayList<>();
        fail(CALLS);
        for (int i = 0; i < 6; i++) {
            openMillis.add(breaker.unavailableMillis());
            pass(breaker.unavailableMillis());
            assertThat(breaker.tryAcquire()).isNull();
            now.incrementAndGet();
            assertThat(breaker.unavailableMillis()).isZero();
            fail(1);
            assertThat(breaker.state()).isEqualTo(State.OPEN);
        }
        assertThat(openMillis).containsExactly(10L, 20L, 40L, 80L, 100L, 100L);
    }

    @Test
    void tellsForHowLongItIsStillOpen() {
        fail(CALLS);
        pass(3);
        assertThat(breaker.unavailableMillis()).isEqualTo(7);
        assertThat(breaker.refusal())
                .hasMessage(
                        "a was not called: its circuit breaker is open for another 7 ms, because it failed");
        now.addAndGet(TimeUnit.MICROSECONDS.toNanos(6_500));
        assertThat(breaker.unavailableMillis()).isOne();
        pass(1);
        assertThat(breaker.unavailableMillis()).isZero();
    }

    @Test
    void opensForAShortTimeAgainOnceItWasClosed() {
        fail(CALLS);
        failTrials(3);
        assertThat(breaker.unavailableMillis()).isEqualTo(80);
        awaitTrial();

        breaker.tryAcquire().succeeded(1);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.unavailableMillis()).isZero();
        fail(CALLS);
        assertThat(breaker.unavailableMillis()).isEqualTo(FIRST_MILLIS);
    }

    @ParameterizedTest
    @CsvSource({"1, 3600000, 360", "1, 1, 1000", "3600000, 3600000, 100"})
    void staysAtItsLongestTime(long firstMillis, long maxMillis, int trials) {
        ServerBreaker dead = breaker(firstMillis, maxMillis);
        fail(dead, CALLS);
        for (int i = 0; i < trials; i++) {
            pass(maxMillis + 1);
            fail(dead, 1);
        }
        assertThat(dead.unavailableMillis()).isEqualTo(maxMillis);
    }

    @Test
    void permitsOneTrialAtATime() {
        fail(CALLS);
        awaitTrial();
        ServerBreaker.Permission trial = breaker.tryAcquire();

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.refusal()).hasMessageContaining("half-open, and its trial calls are");
        trial.unused();
        assertThat(breaker.unavailableMillis()).isZero();
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    @Test
    void aTrialIsExpectedToTakeAsLongAgainAsItHasTaken() {
        ServerBreaker patient = breaker(FIRST_MILLIS, 10_000);
        fail(patient, CALLS);
        awaitTrial();
        patient.tryAcquire();

        assertThat(patient.unavailableMillis()).isOne();
        pass(30);
        assertThat(patient.unavailableMillis()).isEqualTo(30);
        pass(60_000);
        assertThat(patient.unavailableMillis()).isEqualTo(1_000);
    }

    @Test
    void severalTrialsDecideTogether() {
        ServerBreaker careful =
                new ServerBreaker(
                        "a", new BreakerConfig(50, 3, 3, FIRST_MILLIS, MAX_MILLIS, 3), now::get);
        fail(careful, 3);
        awaitTrial();
        ServerBreaker.Permission first = careful.tryAcquire();
        ServerBreaker.Permission second = careful.tryAcquire();
        assertThat(careful.unavailableMillis()).isZero();
        ServerBreaker.Permission third = careful.tryAcquire();
        assertThat(careful.unavailableMillis()).isOne();

        first.failed(1, "it failed");
        second.succeeded(1);
        assertThat(careful.state()).isEqualTo(State.HALF_OPEN);
        third.succeeded(1);

        assertThat(careful.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void callsFromBeforeItOpenedProveNothing() {
        ServerBreaker.Permission answered = breaker.tryAcquire();
        ServerBreaker.Permission failed = breaker.tryAcquire();
        ServerBreaker.Permission unused = breaker.tryAcquire();
        fail(CALLS);
        assertThat(answered.isVoid()).isTrue();
        awaitTrial();
        ServerBreaker.Permission trial = breaker.tryAcquire();
        assertThat(trial.isVoid()).isFalse();

        answered.succeeded(1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        failed.failed(1, "it failed long ago");
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        unused.unused();
        assertThat(breaker.tryAcquire()).isNull();

        trial.failed(1, "it failed");
        assertThat(trial.isVoid()).isTrue();
        assertThat(breaker.unavailableMillis()).isEqualTo(2 * FIRST_MILLIS);
    }

    /** As when the thread that opens it is slow: who waits is told by other threads meanwhile. */
    @Test
    void isUsableWhileItTellsThatItOpened() {
        List<String> reasons = new ArrayList<>();
        breaker.whenOpened(
                reason -> {
                    reasons.add(reason.getMessage());
                    awaitTrial();
                    breaker.tryAcquire().succeeded(1);
                });

        fail(CALLS);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(reasons)
                .containsExactly(
                        "a was not called: its circuit breaker is open for another 10 ms, because it failed");
    }

    @Test
    void theLogWarnsOnceOfAnOutageAndSeldomOfAServerThatFailsNowAndThen() {
        try (LogCapture log = LogCapture.of(ServerBreaker.class)) {
            fail(CALLS);
            failTrials(20);
            assertThat(log.messages())
                    .containsExactly("The circuit breaker of a is OPEN, because it failed");
            awaitTrial();
            breaker.tryAcquire().succeeded(1);
            log.messages().clear();

            long end = now.get() + TimeUnit.MILLISECONDS.toNanos(10 * MAX_MILLIS);
            while (now.get() - end < 0) {
                fail(CALLS);
                awaitTrial();
                breaker.tryAcquire().succeeded(1);
            }
            assertThat(log.messages()).hasSizeBetween(9, 11);
        }
    }

    private ServerBreaker breaker(long firstMillis, long maxMillis) {
        return new ServerBreaker("a", Fixtures.breaker(CALLS, firstMillis, maxMillis), now::get);
    }

    private void failTrials(int trials) {
        for (int i = 0; i < trials; i++) {
            awaitTrial();
            fail(1);
        }
    }

    private void awaitTrial() {
        pass(MAX_MILLIS + 1);
    }

    private void fail(int calls) {
        fail(breaker, calls);
    }

    private static void fail(ServerBreaker breaker, int calls) {
        for (int i = 0; i < calls; i++) {
            breaker.tryAcquire().failed(1, "it failed");
        }
    }

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
