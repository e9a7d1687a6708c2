package dev.messplus.inference;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call a model's server, and when: nobody while its circuit breaker is open, and otherwise
 * so many in a second and so many at a time. Nobody is blocked; who has to wait is told later.
 */
final class ModelGate {

    private static final Logger LOG = LoggerFactory.getLogger(ModelGate.class);

    /** A model on trial is left alone for a share of the time that it was left alone before. */
    private static final int TRIAL_SHARE = 10;

    /** Short, so that a second's calls do not come in one burst. */
    private static final int PERIODS_PER_SECOND = 20;

    private static final Duration NEVER_SLOW = Duration.ofDays(365);

    private final String model;
    private final long openMillis;
    private final CircuitBreaker breaker;

    /** Calls that may begin in a period; {@code null} for no limit. */
    private final Slots pace;

    private final long periodNanos;
    private final Slots slots;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private volatile long openedNanos;

    /** Times that the breaker opened. */
    private final AtomicInteger openings = new AtomicInteger();

    ModelGate(
            String model, CallLimits limits, BreakerConfig config, ScheduledExecutorService timer) {
        this(model, limits, config, timer, System::nanoTime);
    }

    /** A gate by another clock than {@link System#nanoTime}. */
    ModelGate(
            String model,
            CallLimits limits,
            BreakerConfig config,
            ScheduledExecutorService timer,
            LongSupplier nanoTime) {
        this.model = model;
        this.nanoTime = nanoTime;
        this.openMillis = config.openMillis();
        this.timer = timer;
        this.slots = new Slots(limits.maxInFlight());
        int perSecond = limits.callsPerSecond();
        int perPeriod = Math.max(1, perSecond / PERIODS_PER_SECOND);
        this.pace = perSecond == 0 ? null : new Slots(perPeriod);
        this.periodNanos = perSecond == 0 ? 0 : 1_000_000_000L * perPeriod / perSecond;
        this.breaker =
                CircuitBreaker.of(
                        model,
                        CircuitBreakerConfig.custom()
                                .clock(new SteadyClock(nanoTime))
                                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                                .slidingWindowSize(config.windowCalls())
                                .minimumNumberOfCalls(config.minCalls())
                                .failureRateThreshold((float) config.failurePercent())
                                .waitDurationInOpenState(Duration.ofMillis(openMillis))
                                // A long answer is as good as a short one.
                                .slowCallDurationThreshold(NEVER_SLOW)
                                // Without a limit to their time: all calls end by their deadline,
                                // and those that tell nothing leave their trial to others.
                                .permittedNumberOfCallsInHalfOpenState(config.trialCalls())
                                .recordException(ModelGate::blamesServer)
                                .ignoreException(failure -> !blamesServer(failure))
                                .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> changed(event.getStateTransition().getToState()));
    }

    /**
     * Asks to call.
     *
     * @return completes when the call may be made, or with an {@link InferenceException} when it
     *     may not; cancelling it leaves the line
     */
    CompletableFuture<Pass> enter() {
        int openingsBefore = permission();
        if (openingsBefore < 0) {
            return CompletableFuture.failedFuture(
                    breaker.getState() == State.HALF_OPEN
                            ? leftAlone("half open, and enough calls try the server")
                            : leftAlone("open for another " + unavailableMillis() + " ms"));
        }
        CompletableFuture<Pass> entry = new CompletableFuture<>();
        CompletableFuture<Pass> unusedGone =
                entry.whenComplete(
                        (pass, refused) -> {
                            if (refused != null && openings.get() == openingsBefore) {
                                breaker.releasePermission();
                            }
                        });
        CompletableFuture<Void> turn =
                pace == null ? CompletableFuture.completedFuture(null) : pace.acquire();
        CompletableFuture<Void> unusedTurn =
                turn.whenComplete(
                        (now, refused) -> {
                            if (refused != null) {
                                entry.completeExceptionally(refused);
                            } else {
                                paceBegins();
                                lineUp(entry, openingsBefore);
                            }
                        });
        CompletableFuture<Pass> unusedLeft = entry.whenComplete((pass, gone) -> turn.cancel(false));
        if (openings.get() != openingsBefore) {
            // It may have sent the line away before this one joined it.
            entry.completeExceptionally(openedMeanwhile());
        }
        return entry;
    }

    private void lineUp(CompletableFuture<Pass> entry, int openingsBefore) {
        if (entry.isDone()) {
            return;
        }
        CompletableFuture<Void> turn = slots.acquire();
        CompletableFuture<Void> unusedTurn =
                turn.whenComplete(
                        (slot, refused) -> {
                            if (refused != null) {
                                entry.completeExceptionally(refused);
                            } else if (openings.get() != openingsBefore) {
                                entry.completeExceptionally(openedMeanwhile());
                                slots.release();
                            } else if (!entry.complete(new Pass(openingsBefore))) {
                                slots.release();
                            }
                        });
        CompletableFuture<Pass> unusedGone = entry.whenComplete((pass, gone) -> turn.cancel(false));
    }

    /** Asks to call now, for what is not worth waiting for; {@code null} when it may not be. */
    Pass tryEnter() {
        if (breaker.getState() != State.CLOSED || !slots.tryAcquire()) {
            return null;
        }
        if (pace != null && !pace.tryAcquire()) {
            slots.release();
            return null;
        }
        paceBegins();
        int openingsBefore = permission();
        if (openingsBefore < 0) {
            slots.release();
            return null;
        }
        return new Pass(openingsBefore);
    }

    /**
     * Asks the breaker.
     *
     * @return how often it had opened before it gave permission: should it open after, that was
     *     none of its trials; -1 when it gave none
     */
    private int permission() {
        int openingsBefore = openings.get();
        if (!breaker.tryAcquirePermission()) {
            return -1;
        }
        if (openings.get() != openingsBefore) {
            // Perhaps it was a trial: rather one too many than one that nobody makes.
            breaker.releasePermission();
            return -1;
        }
        return openingsBefore;
    }

    /** How long the model is to be left alone, in milliseconds; 0 when it may be called. */
    long unavailableMillis() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> {
                long open = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - openedNanos);
                yield Math.max(1, openMillis - open);
            }
            case HALF_OPEN -> Math.max(1, openMillis / TRIAL_SHARE);
            default -> 0;
        };
    }

    /** State of the breaker: 0 closed, 1 half open, 2 open. */
    int breakerState() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }

    /** The right to make one call, which ends with the one use of one of its methods. */
    final class Pass {

        private final long startNanos = nanoTime.getAsLong();
        private final int openingsBefore;
        private final AtomicBoolean used = new AtomicBoolean();

        Pass(int openingsBefore) {
            this.openingsBefore = openingsBefore;
        }

        /** The call was answered. */
        void answered() {
            if (used.compareAndSet(false, true)) {
                if (isOfNow()) {
                    breaker.onSuccess(nanoTime.getAsLong() - startNanos, TimeUnit.NANOSECONDS);
                }
                slots.release();
            }
        }

        /** The call failed; whether the server is to blame is in the failure. */
        void failed(Throwable failure) {
            if (used.compareAndSet(false, true)) {
                if (isOfNow()) {
                    // First, for this may send those away whose turn it would be.
                    breaker.onError(
                            nanoTime.getAsLong() - startNanos, TimeUnit.NANOSECONDS, failure);
                }
                slots.release();
            }
        }

        /** Whether the breaker has not opened since: what came before is no trial. */
        private boolean isOfNow() {
            return openings.get() == openingsBefore;
        }
    }

    /** Another call may begin a period after this one did. */
    private void paceBegins() {
        if (pace != null) {
            Future<?> unused = timer.schedule(pace::release, periodNanos, TimeUnit.NANOSECONDS);
        }
    }

    private InferenceException openedMeanwhile() {
        return leftAlone("open for another " + openMillis + " ms");
    }

    private InferenceException leftAlone(String breakerIs) {
        return InferenceException.notCalled(
                model + " was not called: its circuit breaker is " + breakerIs);
    }

    private void changed(State state) {
        LOG.info("The circuit breaker of {} is {}", model, state);
        if (state == State.OPEN) {
            openedNanos = nanoTime.getAsLong();
            openings.incrementAndGet();
            // Who waits in line would only wait to be refused.
            InferenceException why = openedMeanwhile();
            slots.refuse(why);
            if (pace != null) {
                pace.refuse(why);
            }
        }
    }

    private static boolean blamesServer(Throwable failure) {
        return failure instanceof InferenceException e && e.blamesServer();
    }
}
