package dev.messplus.infer.admission;

import dev.messplus.infer.config.BreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of one server of a model, for the calls of one subtask.
 *
 * <p>Calls that began before the breaker opened do not count as trial calls when they end while it
 * is half-open: a permission becomes void when the breaker opens.
 */
final class ServerBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(ServerBreaker.class);

    /** While half-open, a model is reported unavailable for this fraction of the open time. */
    private static final int HALF_OPEN_FRACTION = 10;

    private static final Duration NEVER_SLOW = Duration.ofDays(365);

    /** The breaker counts failures, and does not look at them. */
    private static final Exception SERVER_FAILURE = new Exception("server failure");

    private final String server;
    private final long openMillis;
    private final LongSupplier nanoTime;
    private final CircuitBreaker breaker;
    private final AtomicInteger openings = new AtomicInteger();
    private volatile long openedNanos;
    private volatile String lastFault = "";
    private volatile Consumer<NotPermittedException> whenOpened = reason -> {};

    /**
     * A closed breaker.
     *
     * @param server what messages call the server: its model, with its address if there are several
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    ServerBreaker(String server, BreakerConfig config, LongSupplier nanoTime) {
        this.server = server;
        this.openMillis = config.openMillis();
        this.nanoTime = nanoTime;
        this.breaker =
                CircuitBreaker.of(
                        server,
                        CircuitBreakerConfig.custom()
                                .clock(monotonic(nanoTime))
                                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                                .slidingWindowSize(config.windowCalls())
                                .minimumNumberOfCalls(config.minCalls())
                                .failureRateThreshold((float) config.failurePercent())
                                .waitDurationInOpenState(Duration.ofMillis(openMillis))
                                // A long answer is as good as a short one.
                                .slowCallDurationThreshold(NEVER_SLOW)
                                // The half-open state needs no time limit: every call ends by its
                                // deadline, and one that proves nothing returns its permission.
                                .permittedNumberOfCallsInHalfOpenState(config.trialCalls())
                                .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> changed(event.getStateTransition().getToState()));
    }

    /** A clock of an arbitrary epoch, which adjustments of the system time do not affect. */
    private static Clock monotonic(LongSupplier nanoTime) {
        InstantSource source = () -> Instant.EPOCH.plusNanos(nanoTime.getAsLong());
        return source.withZone(ZoneOffset.UTC);
    }

    /** The permission to make one call, void once the breaker has opened since. */
    final class Permission {

        private final int openingsBefore;

        private Permission(int openingsBefore) {
            this.openingsBefore = openingsBefore;
        }

        boolean isVoid() {
            return openings.get() != openingsBefore;
        }

        /** Returns the permission: no call was made. */
        void unused() {
            if (!isVoid()) {
                breaker.releasePermission();
            }
        }

        /** Records an answered call. */
        void succeeded(long durationNanos) {
            if (!isVoid()) {
                breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
            }
        }

        /** Records a failed call for which the server is to blame. */
        void failed(long durationNanos, String fault) {
            if (!isVoid()) {
                lastFault = fault;
                breaker.onError(durationNanos, TimeUnit.NANOSECONDS, SERVER_FAILURE);
            }
        }
    }

    /** Calls {@code action} whenever the breaker opens, with the reason to refuse waiting calls. */
    void whenOpened(Consumer<NotPermittedException> action) {
        whenOpened = action;
    }

    /** Acquires the permission to make a call; {@code null} if calls are not permitted. */
    Permission tryAcquire() {
        Permission permission = new Permission(openings.get());
        if (!breaker.tryAcquirePermission()) {
            return null;
        }
        if (permission.isVoid()) {
            // It may be the permission of a trial call: one trial too many is better than one that
            // nobody makes.
            breaker.releasePermission();
            return null;
        }
        return permission;
    }

    State state() {
        return breaker.getState();
    }

    /** For how long the model must not be called, in milliseconds; 0 if it may be called. */
    long unavailableMillis() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> {
                long open = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - openedNanos);
                yield Math.max(1, openMillis - open);
            }
            case HALF_OPEN -> Math.max(1, openMillis / HALF_OPEN_FRACTION);
            default -> 0;
        };
    }

    /** Why {@link #tryAcquire} gave no permission. */
    NotPermittedException refusal() {
        return breaker.getState() == State.HALF_OPEN
                ? notPermitted("half-open, and its trial calls are in flight")
                : openFor(unavailableMillis());
    }

    /** Why a call is not made whose permission is void. */
    NotPermittedException openedMeanwhile() {
        return openFor(openMillis);
    }

    private NotPermittedException openFor(long millis) {
        return notPermitted("open for another " + millis + " ms");
    }

    private NotPermittedException notPermitted(String stateOfBreaker) {
        return NotPermittedException.byBreaker(
                "%s was not called: its circuit breaker is %s, because %s"
                        .formatted(server, stateOfBreaker, lastFault));
    }

    private void changed(State state) {
        if (state == State.OPEN) {
            LOG.warn("The circuit breaker of {} is OPEN, because {}", server, lastFault);
            openedNanos = nanoTime.getAsLong();
            openings.incrementAndGet();
            whenOpened.accept(openedMeanwhile());
        } else {
            LOG.info("The circuit breaker of {} is {}", server, state);
        }
    }
}
