package dev.messplus.infer.admission;

import static dev.messplus.fixture.Fixtures.FOREVER_MILLIS;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.breaker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.BreakerConfig;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.deadline.Deadlines;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a place, over the life of a circuit breaker. */
@Timeout(60)
class ModelPlacesTest {

    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
    private final Deadlines deadlines = new Deadlines(timer);
    private final AtomicInteger roomWoken = new AtomicInteger();

    @AfterEach
    void stop() {
        deadlines.close();
        timer.shutdownNow();
    }

    @Test
    void callsUnderWayGetAFreePlaceInTheirOrderAndThenTheWaitingRoom() throws Exception {
        ModelPlaces places = places(new CallLimits(1, 0, 0), Fixtures.BREAKER);
        Permit first = places.poll();
        assertThat(places.poll()).isNull();
        CompletableFuture<Permit> second = acquire(places);
        CompletableFuture<Permit> third = acquire(places);

        first.release();
        first.release();
        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
        second.get().release();
        assertThat(third).isCompleted();
        assertThat(roomWoken).hasValue(0);
        assertThat(places.inUse()).isOne();
        third.get().release();

        assertThat(roomWoken).hasValue(1);
        assertThat(places.inUse()).isZero();
        assertThat(places.poll()).isNotNull();
    }

    @Test
    void aWaitingCallGetsThePermitOfAServerThatMayBeCalledThen() throws Exception {
        ModelBreaker two = new ModelBreaker("a", List.of("x", "y"), breaker(1), System::nanoTime);
        ModelPlaces places = places(new CallLimits(1, 0, 0), two);
        Permit first = places.poll();
        CompletableFuture<Permit> waiting = acquire(places);

        first.failed(1, "it failed");
        first.release();

        assertThat(waiting.get().server()).isNotEqualTo(first.server());
        assertThat(places.inUse()).isOne();
        waiting.get().release();
        assertThat(places.inUse()).isZero();
        assertThat(places.brokenServers()).isOne();
    }

    @Test
    void aCallWaitsForItsPlaceUntilItsDeadline() throws Exception {
        ModelPlaces places = places(new CallLimits(1, 0, 0), Fixtures.BREAKER);
        Permit held = places.poll();
        CompletableFuture<Permit> late =
                places.acquire(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50));

        await().until(late::isDone);

        assertThatThrownBy(late::join)
                .hasCauseInstanceOf(NotPermittedException.class)
                .hasMessageContaining(
                        "a had no call to spare (of this subtask: maxInFlight=1, callsPerSecond=0)");
        held.release();
        assertThat(acquire(places)).isCompleted();
    }

    @Test
    void subtasksShareTheRateOfTheJob() throws Exception {
        CallLimits limits = new CallLimits(8, 10, 0);
        ModelPlaces quarter =
                new ModelPlaces(
                        limits,
                        new Share(3, 4),
                        new ModelBreaker("a", List.of("a"), Fixtures.BREAKER, System::nanoTime),
                        deadlines,
                        () -> {});
        long start = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            acquire(quarter).get().release();
        }

        // The first at once, and 2.5 a second from then on.
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                .isBetween(750L, 20_000L);
        assertThatThrownBy(() -> quarter.acquire(System.nanoTime() + 1_000_000).join())
                .hasMessageContaining("maxInFlight=2, callsPerSecond=2.5");
    }

    @Test
    void anAttemptAfterTheFirstTakesATurn() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 2, 0), Fixtures.BREAKER);
        Permit permit = acquire(places).get();

        assertThat(permit.takeTurnMillis()).isBetween(100L, 500L);
        assertThat(permit.takeTurnMillis()).isBetween(600L, 1_000L);
    }

    /** As when the deadline of a call passes while it pauses: the pause ends later. */
    @Test
    void aCallThatHasEndedKeepsNoTrialCall() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(1, 50));
        Permit ended = acquire(places).get();
        Permit failing = acquire(places).get();
        ended.unused();
        ended.release();
        failing.failed(1, "it failed");
        failing.release();
        trial(places).release();
        assertThat(places.breakerState()).isEqualTo(State.HALF_OPEN);

        ended.renew();

        assertThat(acquire(places).get().model()).isEqualTo("a");
    }

    @Test
    void whoStopsGetsNoPlace() {
        ModelPlaces places = places(new CallLimits(1, 0, 0), Fixtures.BREAKER);
        Permit unused = places.poll();
        CompletableFuture<Permit> waiting = acquire(places);

        deadlines.close();

        assertThatThrownBy(waiting::join).hasMessageContaining("the job is stopping");
    }

    /** Hedges ask on the thread that ends all deadlines. */
    @Test
    void tryAcquireDoesNotWaitForTheRateLimit() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 1, 50), Fixtures.BREAKER);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Permit> unused = acquire(places);
        }

        long start = System.nanoTime();
        Permit pass = places.tryAcquire();

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(500);
        assertThat(pass).isNull();
    }

    @Test
    void canceledCallsDoNotUseUpTheRateLimit() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 20, 0), Fixtures.BREAKER);
        for (int i = 0; i < 200; i++) {
            acquire(places).cancel(false);
        }

        // At 20 calls per second, 200 calls would use up ten seconds.
        long start = System.nanoTime();
        assertThat(acquire(places).get()).isNotNull();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(5);
    }

    @Test
    void whenTheBreakerOpensCallsThatWaitForTheRateLimitAreRefused() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 2, 0), breaker(1));
        Permit first = acquire(places).get();
        CompletableFuture<Permit> paced = acquire(places);
        CompletableFuture<Permit> pacedToo = acquire(places);

        first.failed(1, "it failed");

        assertThat(places.breakerState()).isEqualTo(State.OPEN);
        await().until(() -> paced.isDone() && pacedToo.isDone());
        assertThat(paced).isCompletedExceptionally();
        assertThat(pacedToo).isCompletedExceptionally();
    }

    @Test
    void whenTheBreakerOpensTheWaitingRoomLooksAgain() throws Exception {
        ModelPlaces places = places(new CallLimits(1, 0, 0), breaker(1));
        Permit first = places.poll();
        assertThat(places.poll()).isNull();

        first.failed(1, "it failed");

        assertThat(roomWoken).hasValue(1);
        assertThat(places.refuses()).isTrue();
    }

    @Test
    void anAttemptIsRefusedIfTheBreakerHasOpenedSinceTheLast() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(1));
        Permit other = acquire(places).get();
        Permit permit = acquire(places).get();
        permit.unused();
        other.failed(1, "it failed");

        assertThatThrownBy(permit::renew).hasMessageContaining("breaker is open");
    }

    @Test
    void aCallFromBeforeTheBreakerOpenedIsNotATrialCall() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(1, 100));
        Permit first = acquire(places).get();
        Permit second = acquire(places).get();
        first.failed(1, "it failed");
        Permit trial = trial(places);

        second.failed(1, "it failed");

        assertThat(places.breakerState()).isEqualTo(State.HALF_OPEN);
        trial.answered(1, Double.NaN, Double.NaN);
        assertThat(places.breakerState()).isEqualTo(State.CLOSED);
    }

    @Test
    void aTrialCallMayTakeLongerThanTheBreakerIsOpen() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(1, 50));
        acquire(places).get().failed(1, "it failed");
        List<State> after = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Permit trial = trial(places);
            // The answer takes 80 ms; the breaker is open for 50 ms.
            CompletableFuture<Void> answered = new CompletableFuture<>();
            Future<?> unused =
                    timer.schedule(
                            () -> {
                                trial.answered(1, Double.NaN, Double.NaN);
                                answered.complete(null);
                            },
                            80,
                            TimeUnit.MILLISECONDS);
            answered.get();
            after.add(places.breakerState());
        }
        assertThat(after).first().isEqualTo(State.CLOSED);
    }

    @Test
    void failuresFromBeforeTheBreakerOpenedDoNotOpenItAgain() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(2, 300));
        List<Permit> before = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            before.add(acquire(places).get());
        }
        before.get(0).failed(1, "it failed");
        before.get(1).failed(1, "it failed");
        Permit trial = trial(places);

        before.get(2).failed(1, "it failed");

        assertThat(places.breakerState()).isEqualTo(State.HALF_OPEN);
        trial.answered(1, Double.NaN, Double.NaN);
        assertThat(places.breakerState()).isEqualTo(State.CLOSED);
    }

    @Test
    void callsFromBeforeTheBreakerOpenedReturnNoTrialPermits() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(2, 300));
        List<Permit> before = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            before.add(acquire(places).get());
        }
        before.get(0).failed(1, "it failed");
        before.get(1).failed(1, "it failed");
        Permit unusedTrial = trial(places);

        for (int i = 2; i < 5; i++) {
            before.get(i).unused();
        }

        assertThat(acquire(places)).isCompletedExceptionally();
    }

    @Test
    void slowAnswersDoNotOpenTheBreaker() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(2));
        for (int i = 0; i < 4; i++) {
            acquire(places).get().answered(HOUR_NANOS, Double.NaN, Double.NaN);
        }

        assertThat(places.breakerState()).isEqualTo(State.CLOSED);
    }

    /** Setting the system time back must not keep a model unavailable. */
    @Test
    void theBreakerUsesAMonotonicClock() throws Exception {
        AtomicLong now = new AtomicLong();
        ModelPlaces places = places(now, breaker(1));
        acquire(places).get().failed(1, "it failed");

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(FOREVER_MILLIS) - 1);
        assertThat(acquire(places)).isCompletedExceptionally();

        now.addAndGet(2);
        assertThat(acquire(places)).isCompleted();
    }

    /** A thread of its own would never end, and would keep the class loader of the job alive. */
    @Test
    void aBreakerLeavesNoThreadBehind() throws Exception {
        ModelPlaces places = places(new CallLimits(8, 0, 0), breaker(1, 20));
        acquire(places).get().failed(1, "it failed");
        trial(places).answered(1, Double.NaN, Double.NaN);
        timer.shutdownNow();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("CircuitBreaker"));
    }

    /** If it hangs from then on, the wait grows. */
    @Test
    void aRefusalThatLowersTheLimitMakesTheModelFull() {
        AtomicLong now = new AtomicLong();
        Deadlines onClock = new Deadlines(timer, now::get);
        ModelPlaces places =
                new ModelPlaces(
                        new CallLimits(8, true, 0, 0),
                        Share.ALL,
                        new ModelBreaker("a", List.of("a"), Fixtures.BREAKER, now::get),
                        onClock,
                        () -> {});
        while (places.inUse() < places.limit() - 1) {
            Permit unused = places.tryAcquire();
        }

        places.refused();
        now.addAndGet(HOUR_NANOS);

        assertThat(places.limit()).isEqualTo(places.inUse());
        assertThat(places.waitNanos(0)).isGreaterThan(HOUR_NANOS / 8.0);
        assertThat(places.unansweredNanos()).isEqualTo(HOUR_NANOS);
    }

    private ModelPlaces placesOnTwoServers(int limit, AtomicLong clock) {
        return new ModelPlaces(
                new CallLimits(limit, 0, 0),
                Share.ALL,
                new ModelBreaker("a", List.of("a", "b"), Fixtures.BREAKER, clock::get),
                new Deadlines(timer, clock::get),
                roomWoken::incrementAndGet);
    }

    @Test
    void serversOfAModelShareItsCalls() {
        AtomicLong now = new AtomicLong();
        ModelPlaces places = placesOnTwoServers(8, now);
        Permit first = places.poll();
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(first.concurrency()).isEqualTo(1);

        List<Permit> permits = new ArrayList<>();
        for (int i = 1; i < 8; i++) {
            permits.add(places.poll());
        }
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(permits.get(0).concurrency()).isEqualTo(4, offset(1e-9));
    }

    @Test
    void aServerThatIsDeadHasNoShareOfTheCalls() {
        AtomicLong now = new AtomicLong();
        ModelPlaces places = placesOnTwoServers(100, now);
        while (places.brokenServers() == 0) {
            Permit permit = places.poll();
            if (permit.server() == 1) {
                permit.failed(1, "it failed");
            } else {
                permit.answered(1, Double.NaN, Double.NaN);
            }
            permit.release();
        }
        Permit first = places.poll();
        Permit second = places.poll();
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(first.server()).isEqualTo(second.server());
        assertThat(first.concurrency()).isEqualTo(2, offset(1e-6));
    }

    @Test
    void callsThatWaitInTheServerAreNoneThatItWorksOn() throws Exception {
        AtomicLong now = new AtomicLong();
        ModelPlaces places =
                new ModelPlaces(
                        new CallLimits(8, 0, 0),
                        Share.ALL,
                        new ModelBreaker("a", List.of("a"), Fixtures.BREAKER, now::get),
                        new Deadlines(timer, now::get),
                        roomWoken::incrementAndGet);
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            permits.add(places.poll());
        }
        long twoSeconds = TimeUnit.SECONDS.toNanos(2);
        now.addAndGet(twoSeconds);
        assertThat(permits.get(0).concurrency()).isEqualTo(8, offset(1e-9));
        assertThat(permits.get(0).workSeconds(twoSeconds, Double.NaN)).isEqualTo(2);

        permits.get(0).answered(twoSeconds, 1, Double.NaN);

        assertThat(permits.get(1).concurrency()).isEqualTo(4, offset(1e-9));
        assertThat(permits.get(1).workSeconds(twoSeconds, .7)).isEqualTo(.7);
        assertThat(permits.get(1).workSeconds(twoSeconds, 3)).isEqualTo(2);
        assertThat(permits.get(1).workSeconds(twoSeconds, Double.NaN)).isEqualTo(1);
        assertThat(places.load().maxConcurrency()).isEqualTo(8);
        permits.subList(1, 8).forEach(permit -> permit.answered(twoSeconds, 1, Double.NaN));
        assertThat(places.load().maxConcurrency()).isEqualTo(4);
    }

    private ModelPlaces places(AtomicLong now, BreakerConfig breaker) {
        return places(
                new CallLimits(8, 0, 0), new ModelBreaker("a", List.of("a"), breaker, now::get));
    }

    private ModelPlaces places(CallLimits limits, BreakerConfig breaker) {
        return places(limits, new ModelBreaker("a", List.of("a"), breaker, System::nanoTime));
    }

    private ModelPlaces places(CallLimits limits, ModelBreaker breaker) {
        return new ModelPlaces(limits, Share.ALL, breaker, deadlines, roomWoken::incrementAndGet);
    }

    private static CompletableFuture<Permit> acquire(ModelPlaces places) {
        return places.acquire(System.nanoTime() + HOUR_NANOS);
    }

    private static Permit trial(ModelPlaces places) throws Exception {
        AtomicReference<CompletableFuture<Permit>> last = new AtomicReference<>();
        await().until(
                        () -> {
                            last.set(acquire(places));
                            return !last.get().isCompletedExceptionally();
                        });
        return last.get().get();
    }
}
