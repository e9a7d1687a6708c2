package dev.messplus.infer;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Permits the calls of one subtask to one model: none while its circuit breaker is open, otherwise
 * as many per second as the rate limiter and as many at a time as the bulkhead allow. A call that
 * has to wait blocks no thread.
 */
final class ModelGate {

    private final ModelBreaker breaker;
    private final RateLimiter rateLimiter;
    private final AsyncSemaphore bulkhead;
    private final LongSupplier nanoTime;

    ModelGate(
            String model, CallLimits limits, BreakerConfig config, ScheduledExecutorService timer) {
        this(model, limits, config, timer, System::nanoTime);
    }

    /** A gate with a clock other than {@link System#nanoTime}. */
    ModelGate(
            String model,
            CallLimits limits,
            BreakerConfig config,
            ScheduledExecutorService timer,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.bulkhead = new AsyncSemaphore(limits.maxInFlight());
        this.rateLimiter = new RateLimiter(limits.callsPerSecond(), timer);
        this.breaker = new ModelBreaker(model, config, nanoTime, this::refuseWaiting);
    }

    /**
     * Waits for the turn of a call that has not begun, behind all calls that wait for theirs.
     *
     * @return completes as soon as the rate limiter lets the call begin, or exceptionally if the
     *     circuit breaker would refuse it
     */
    CompletableFuture<Void> takeTurn() {
        return breaker.state() == State.CLOSED
                ? rateLimiter.acquire()
                : CompletableFuture.failedFuture(breaker.refusal());
    }

    /**
     * Acquires the permit to make a call.
     *
     * @return completes as soon as the call may be made, or with an {@link InferenceException} if
     *     it may not; cancelling it leaves the queue
     */
    CompletableFuture<Permit> acquire() {
        return acquire(rateLimiter::acquire);
    }

    /** The same for a call that {@linkplain #takeTurn took its turn}. */
    CompletableFuture<Permit> acquireInTurn() {
        return acquire(() -> CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Permit> acquire(Supplier<CompletableFuture<Void>> nextTurn) {
        ModelBreaker.Permission permission = breaker.tryAcquire();
        if (permission == null) {
            return CompletableFuture.failedFuture(breaker.refusal());
        }
        CompletableFuture<Permit> permit = new CompletableFuture<>();
        CompletableFuture<Permit> unusedRefused =
                permit.whenComplete(
                        (granted, refused) -> {
                            if (refused != null) {
                                permission.release();
                            }
                        });
        CompletableFuture<Void> turn = nextTurn.get();
        CompletableFuture<Void> unusedTurn =
                turn.whenComplete(
                        (now, refused) -> {
                            if (refused != null) {
                                permit.completeExceptionally(refused);
                            } else {
                                enterBulkhead(permit, permission);
                            }
                        });
        CompletableFuture<Permit> unusedLeft =
                permit.whenComplete((granted, refused) -> turn.cancel(false));
        if (permission.isVoid()) {
            // The breaker may have refused all waiting calls before this one joined the queue.
            permit.completeExceptionally(breaker.openedMeanwhile());
        }
        return permit;
    }

    private void enterBulkhead(
            CompletableFuture<Permit> permit, ModelBreaker.Permission permission) {
        if (permit.isDone()) {
            return;
        }
        CompletableFuture<Void> slot = bulkhead.acquire();
        CompletableFuture<Void> unusedSlot =
                slot.whenComplete(
                        (now, refused) -> {
                            if (refused != null) {
                                permit.completeExceptionally(refused);
                            } else if (permission.isVoid()) {
                                permit.completeExceptionally(breaker.openedMeanwhile());
                                bulkhead.release();
                            } else if (!permit.complete(new Permit(permission))) {
                                bulkhead.release();
                            }
                        });
        CompletableFuture<Permit> unusedLeft =
                permit.whenComplete((granted, refused) -> slot.cancel(false));
    }

    /**
     * Acquires the permit if the call may be made now and the breaker is closed; {@code null} if
     * not.
     */
    Permit tryAcquire() {
        if (breaker.state() != State.CLOSED || !bulkhead.tryAcquire()) {
            return null;
        }
        if (!rateLimiter.tryAcquire()) {
            bulkhead.release();
            return null;
        }
        ModelBreaker.Permission permission = breaker.tryAcquire();
        if (permission == null) {
            bulkhead.release();
            return null;
        }
        return new Permit(permission);
    }

    /** For how long the model must not be called, in milliseconds; 0 if it may be called. */
    long unavailableMillis() {
        return breaker.unavailableMillis();
    }

    State breakerState() {
        return breaker.state();
    }

    /** The permit to make one call. It is used up by the first call of one of its methods. */
    final class Permit {

        private final long startNanos = nanoTime.getAsLong();
        private final ModelBreaker.Permission permission;
        private final AtomicBoolean used = new AtomicBoolean();

        private Permit(ModelBreaker.Permission permission) {
            this.permission = permission;
        }

        /** Ends the call with an answer. */
        void answered() {
            if (used.compareAndSet(false, true)) {
                permission.succeeded(nanoTime.getAsLong() - startNanos);
                bulkhead.release();
            }
        }

        /** Ends the call without an answer; {@code failure} tells whether to blame the server. */
        void failed(Throwable failure) {
            if (used.compareAndSet(false, true)) {
                // Before the release: this may open the breaker, which refuses the next in line.
                permission.failed(nanoTime.getAsLong() - startNanos, failure);
                bulkhead.release();
            }
        }
    }

    /** Waiting for the limits would only end in a refusal. */
    private void refuseWaiting(InferenceException reason) {
        bulkhead.refuseWaiting(reason);
        rateLimiter.refuseWaiting(reason);
    }
}
