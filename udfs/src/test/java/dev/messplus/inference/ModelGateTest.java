package dev.messplus.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** Permissions and permits over the life of a gate. */
@Timeout(30)
class ModelGateTest {

    private static final long FOR_GOOD_MILLIS = 3_600_000;

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** It is called on the thread that ends all deadlines. */
    @Test
    void whatIsNotWorthWaitingForDoesNotWaitForTheRateLimit() throws Exception {
        ModelGate gate = gate(new CallLimits(8, 1, 50), BreakerConfig.defaults());
        for (int i = 0; i < 3; i++) {
            CompletableFuture<ModelGate.Pass> unused = gate.enter();
        }

        long start = System.nanoTime();
        ModelGate.Pass pass = gate.tryEnter();

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(500);
        assertThat(pass).isNull();
    }

    @Test
    void thoseWhoLeftTheLineLeaveTheirTurnsToOthers() throws Exception {
        ModelGate gate = gate(new CallLimits(8, 20, 0), BreakerConfig.defaults());
        for (int i = 0; i < 200; i++) {
            gate.enter().cancel(false);
        }

        // Of 20 calls in a second none is made: ten seconds of turns are of those who left.
        assertThat(gate.enter().get(2, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void whoWaitsForTheRateLimitDoesNotCallAServerThatWasGivenUpMeanwhile() throws Exception {
        ModelGate gate =
                gate(new CallLimits(8, 2, 0), new BreakerConfig(50, 1, 1, FOR_GOOD_MILLIS, 1));
        ModelGate.Pass first = gate.enter().get();
        CompletableFuture<ModelGate.Pass> paced = gate.enter();
        CompletableFuture<ModelGate.Pass> pacedToo = gate.enter();

        first.failed(serversFault());

        assertThat(gate.breakerState()).isEqualTo(2);
        await().until(() -> paced.isDone() && pacedToo.isDone());
        assertThat(paced).isCompletedExceptionally();
        assertThat(pacedToo).isCompletedExceptionally();
    }

    @Test
    void aCallIsNotMadeIfTheBreakerOpensAsItEnters() throws Exception {
        AtomicReference<Runnable> asItEnters = new AtomicReference<>(() -> {});
        // Where a call's turn in the rate limit is noted, after the breaker gave permission.
        ScheduledThreadPoolExecutor between =
                new ScheduledThreadPoolExecutor(1) {
                    @Override
                    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                        asItEnters.get().run();
                        return super.schedule(task, delay, unit);
                    }
                };
        try {
            ModelGate gate =
                    new ModelGate(
                            "a",
                            new CallLimits(8, 1_000, 0),
                            new BreakerConfig(50, 1, 1, 100, 1),
                            between);
            ModelGate.Pass first = gate.enter().get();
            asItEnters.set(() -> first.failed(serversFault()));

            CompletableFuture<ModelGate.Pass> entry = gate.enter();

            assertThat(gate.breakerState()).isEqualTo(2);
            assertThat(entry).isCompletedExceptionally();
            asItEnters.set(() -> {});
            trial(gate).answered();
            assertThat(gate.breakerState()).isZero();
        } finally {
            between.shutdownNow();
        }
    }

    @Test
    void aCallThatTheBreakerOpensBeforeIsNoneOfItsTrials() throws Exception {
        AtomicReference<Runnable> asItBegins = new AtomicReference<>(() -> {});
        ModelGate gate =
                new ModelGate(
                        "a",
                        CallLimits.inFlight(8),
                        new BreakerConfig(50, 1, 1, 100, 1),
                        timer,
                        () -> {
                            asItBegins.getAndSet(() -> {}).run();
                            return System.nanoTime();
                        });
        ModelGate.Pass first = gate.enter().get();
        asItBegins.set(() -> first.failed(serversFault()));
        ModelGate.Pass second = gate.enter().get();
        ModelGate.Pass trial = trial(gate);

        second.failed(serversFault());

        assertThat(gate.breakerState()).isEqualTo(1);
        trial.answered();
        assertThat(gate.breakerState()).isZero();
    }

    @Test
    void aTrialThatTakesLongerThanTheServerIsLeftAloneStillBringsItBack() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), new BreakerConfig(50, 1, 1, 50, 1));
        gate.enter().get().failed(serversFault());
        List<Integer> after = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ModelGate.Pass trial = trial(gate);
            // An answer that takes 80 ms where the breaker is open for 50.
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
        assertThat(after).first().isEqualTo(0);
    }

    @Test
    void callsFromBeforeTheBreakerOpenedDecideNothingAboutItsTrials() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), new BreakerConfig(50, 2, 2, 300, 1));
        List<ModelGate.Pass> before = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            before.add(gate.enter().get());
        }
        before.get(0).failed(serversFault());
        before.get(1).failed(serversFault());
        ModelGate.Pass trial = trial(gate);

        before.get(2).failed(serversFault());

        assertThat(gate.breakerState()).isEqualTo(1);
        trial.answered();
        assertThat(gate.breakerState()).isZero();
    }

    @Test
    void callsFromBeforeTheBreakerOpenedLeaveNoTrialsToOthers() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), new BreakerConfig(50, 2, 2, 300, 1));
        List<ModelGate.Pass> before = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            before.add(gate.enter().get());
        }
        before.get(0).failed(serversFault());
        before.get(1).failed(serversFault());
        ModelGate.Pass unusedTrial = trial(gate);

        for (int i = 2; i < 5; i++) {
            before.get(i).failed(new CancellationException());
        }

        assertThat(gate.enter()).isCompletedExceptionally();
    }

    @Test
    void answersThatTakeLongDoNotOpenTheBreaker() throws Exception {
        AtomicLong now = new AtomicLong();
        ModelGate gate = gate(now, new BreakerConfig(50, 2, 2, FOR_GOOD_MILLIS, 1));
        for (int i = 0; i < 4; i++) {
            ModelGate.Pass pass = gate.enter().get();
            now.addAndGet(TimeUnit.HOURS.toNanos(1));
            pass.answered();
        }

        assertThat(gate.breakerState()).isZero();
    }

    /** Whoever sets the clock of the machine back would keep a model away for as long. */
    @Test
    void theBreakerGoesByASteadyClock() throws Exception {
        AtomicLong now = new AtomicLong();
        ModelGate gate = gate(now, new BreakerConfig(50, 1, 1, FOR_GOOD_MILLIS, 1));
        gate.enter().get().failed(serversFault());

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(FOR_GOOD_MILLIS) - 1);
        assertThat(gate.enter()).isCompletedExceptionally();

        now.addAndGet(2);
        assertThat(gate.enter()).isCompleted();
    }

    /** One of its own it would never end, and with it keep the class loader of every job. */
    @Test
    void aBreakerLeavesNoThreadBehind() throws Exception {
        ModelGate gate = gate(CallLimits.inFlight(8), new BreakerConfig(50, 1, 1, 20, 1));
        gate.enter().get().failed(serversFault());
        trial(gate).answered();
        timer.shutdownNow();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("CircuitBreaker"));
    }

    private ModelGate gate(AtomicLong now, BreakerConfig breaker) {
        return new ModelGate("a", CallLimits.inFlight(8), breaker, timer, now::get);
    }

    private static ModelGate.Pass trial(ModelGate gate) throws Exception {
        List<CompletableFuture<ModelGate.Pass>> entries = new ArrayList<>();
        await().until(
                        () -> {
                            entries.add(gate.enter());
                            return !entries.get(entries.size() - 1).isCompletedExceptionally();
                        });
        return entries.get(entries.size() - 1).get();
    }

    private ModelGate gate(CallLimits limits, BreakerConfig breaker) {
        return new ModelGate("a", limits, breaker, timer);
    }

    private static InferenceException serversFault() {
        return InferenceException.permanent("broken");
    }
}
