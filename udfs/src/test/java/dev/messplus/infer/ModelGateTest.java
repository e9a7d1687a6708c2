package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.FOREVER_MILLIS;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.breaker;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a permit, over the life of a circuit breaker. */
@Timeout(60)
class ModelGateTest {

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** Hedges ask on the thread that ends all deadlines. */
    @Test
    void tryAcquireDoesNotWaitForTheRateLimit() throws Exception {
        ModelGate gate = gate(new CallLimits(8, 1, 50), BreakerConfig.defaults());
        for (int i = 0; i < 3; i++) {
            CompletableFuture<ModelGate.Permit> unused = gate.acquire();
        }

        long start = System.nanoTime();
        ModelGate.Permit pass = gate.tryAcquire();

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(500);
        assertThat(pass).isNull();
    }

    @Test
    void canceledCallsDoNotUseUpTheRateLimit() throws Exception {
        ModelGate gate = gate(new CallLimits(8, 20, 0), BreakerConfig.defaults());
        for (int i = 0; i < 200; i++) {
            gate.acquire().cancel(false);
        }

        // At 20 calls per second, 200 calls would use up ten seconds.
        long start = System.nanoTime();
        assertThat(gate.acquire().get()).isNotNull();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(5);
    }

    @Test
    void whenTheBreakerOpensCallsThatWaitForTheRateLimitAreRefused() throws Exception {
        ModelGate gate = gate(new CallLimits(8, 2, 0), breaker(1));
        ModelGate.Permit first = gate.acquire().get();
        CompletableFuture<ModelGate.Permit> paced = gate.acquire();
        CompletableFuture<ModelGate.Permit> pacedToo = gate.acquire();

        first.failed(serverFailure());

        assertThat(gate.breakerState()).isEqualTo(State.OPEN);
        await().until(() -> paced.isDone() && pacedToo.isDone());
        assertThat(paced).isCompletedExceptionally();
        assertThat(pacedToo).isCompletedExceptionally();
    }

    @Test
    void aTurnIsForOneCall() {
        ModelGate gate = gate(new CallLimits(8, 1, 0), BreakerConfig.defaults());
        assertThat(gate.takeTurn()).isCompleted();

        assertThat(gate.acquireInTurn()).isCompleted();
        assertThat(gate.acquire()).isNotDone();
        assertThat(gate.takeTurn()).isNotDone();
    }

    @Test
    void nobodyWaitsForATurnWhileTheBreakerIsOpen() throws Exception {
        ModelGate gate = gate(new CallLimits(8, 1, 0), breaker(1));
        ModelGate.Permit first = gate.acquire().get();
        CompletableFuture<Void> turn = gate.takeTurn();
        assertThat(turn).isNotDone();

        first.failed(serverFailure());

        assertThat(turn).isCompletedExceptionally();
        assertThat(gate.takeTurn()).isCompletedExceptionally();
    }

    @Test
    void aCallIsRefusedIfTheBreakerOpensWhileItAcquiresItsPermit() throws Exception {
        AtomicReference<Runnable> asItAcquires = new AtomicReference<>(() -> {});
        // The rate limiter schedules a release after the breaker gave its permission.
        ScheduledThreadPoolExecutor hooked =
                new ScheduledThreadPoolExecutor(1) {
                    @Override
                    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                        asItAcquires.get().run();
                        return super.schedule(task, delay, unit);
                    }
                };
        try {
            ModelGate gate =
                    new ModelGate("a", new CallLimits(8, 1_000, 0), breaker(1, 100), hooked);
            ModelGate.Permit first = gate.acquire().get();
            asItAcquires.set(() -> first.failed(serverFailure()));

            CompletableFuture<ModelGate.Permit> entry = gate.acquire();

            assertThat(gate.breakerState()).isEqualTo(State.OPEN);
            assertThat(entry).isCompletedExceptionally();
            asItAcquires.set(() -> {});
            trial(gate).answered();
            assertThat(gate.breakerState()).isEqualTo(State.CLOSED);
        } finally {
            hooked.shutdownNow();
        }
    }

    @Test
    void aCallFromBeforeTheBreakerOpenedIsNotATrialCall() throws Exception {
        AtomicReference<Runnable> asItBegins = new AtomicReference<>(() -> {});
        ModelGate gate =
                new ModelGate(
                        "a",
                        CallLimits.inFlight(8),
                        breaker(1, 100),
                        timer,
                        () -> {
                            asItBegins.getAndSet(() -> {}).run();
                            return System.nanoTime();
                        });
        ModelGate.Permit first = gate.acquire().get();
        asItBegins.set(() -> first.failed(serverFailure()));
        ModelGate.Permit second = gate.acquire().get();
        ModelGate.Permit trial = trial(gate);

        second.failed(serverFailure());

        assertThat(gate.breakerState()).isEqualTo(State.HALF_OPEN);
        trial.answered();
        assertThat(gate.breakerState()).isEqualTo(State.CLOSED);
    }

    @Test
    void aTrialCallMayTakeLongerThanTheBreakerIsOpen() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), breaker(1, 50));
        gate.acquire().get().failed(serverFailure());
        List<State> after = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ModelGate.Permit trial = trial(gate);
            // The answer takes 80 ms; the breaker is open for 50 ms.
            CompletableFuture<Void> answered = new CompletableFuture<>();
            Future<?> unused =
                    timer.schedule(
                            () -> {
                                trial.answered();
                                answered.complete(null);
                            },
                            80,
                            TimeUnit.MILLISECONDS);
            answered.get();
            after.add(gate.breakerState());
        }
        assertThat(after).first().isEqualTo(State.CLOSED);
    }

    @Test
    void failuresFromBeforeTheBreakerOpenedDoNotOpenItAgain() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), breaker(2, 300));
        List<ModelGate.Permit> before = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            before.add(gate.acquire().get());
        }
        before.get(0).failed(serverFailure());
        before.get(1).failed(serverFailure());
        ModelGate.Permit trial = trial(gate);

        before.get(2).failed(serverFailure());

        assertThat(gate.breakerState()).isEqualTo(State.HALF_OPEN);
        trial.answered();
        assertThat(gate.breakerState()).isEqualTo(State.CLOSED);
    }

    @Test
    void callsFromBeforeTheBreakerOpenedReturnNoTrialPermits() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), breaker(2, 300));
        List<ModelGate.Permit> before = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            before.add(gate.acquire().get());
        }
        before.get(0).failed(serverFailure());
        before.get(1).failed(serverFailure());
        ModelGate.Permit unusedTrial = trial(gate);

        for (int i = 2; i < 5; i++) {
            before.get(i).failed(new CancellationException());
        }

        assertThat(gate.acquire()).isCompletedExceptionally();
    }

    @Test
    void slowAnswersDoNotOpenTheBreaker() throws Exception {
        AtomicLong now = new AtomicLong();
        ModelGate gate = gate(now, breaker(2));
        for (int i = 0; i < 4; i++) {
            ModelGate.Permit pass = gate.acquire().get();
            now.addAndGet(TimeUnit.HOURS.toNanos(1));
            pass.answered();
        }

        assertThat(gate.breakerState()).isEqualTo(State.CLOSED);
    }

    /** Setting the system time back must not keep a model unavailable. */
    @Test
    void theBreakerUsesAMonotonicClock() throws Exception {
        AtomicLong now = new AtomicLong();
        ModelGate gate = gate(now, breaker(1));
        gate.acquire().get().failed(serverFailure());

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(FOREVER_MILLIS) - 1);
        assertThat(gate.acquire()).isCompletedExceptionally();

        now.addAndGet(2);
        assertThat(gate.acquire()).isCompleted();
    }

    /** A thread of its own would never end, and would keep the class loader of the job alive. */
    @Test
    void aBreakerLeavesNoThreadBehind() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), breaker(1, 20));
        gate.acquire().get().failed(serverFailure());
        trial(gate).answered();
        timer.shutdownNow();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("CircuitBreaker"));
    }

    private ModelGate gate(AtomicLong now, BreakerConfig breaker) {
        return new ModelGate("a", CallLimits.inFlight(8), breaker, timer, now::get);
    }

    private static ModelGate.Permit trial(ModelGate gate) throws Exception {
        List<CompletableFuture<ModelGate.Permit>> entries = new ArrayList<>();
        await().until(
                        () -> {
                            entries.add(gate.acquire());
                            return !entries.get(entries.size() - 1).isCompletedExceptionally();
                        });
        return entries.get(entries.size() - 1).get();
    }

    private ModelGate gate(CallLimits limits, BreakerConfig breaker) {
        return new ModelGate("a", limits, breaker, timer);
    }

    private static InferenceException serverFailure() {
        return InferenceException.permanent("broken");
    }
}
