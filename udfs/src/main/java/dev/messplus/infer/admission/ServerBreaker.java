package dev.messplus.infer.admission;

import dev.messplus.infer.config.BreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
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
 * <pre>
 *   CLOSED ── too many calls fail ──▶ OPEN ── its time is over ──▶ HALF_OPEN
 *     ▲                                ▲                            │    │
 *     │                                └─── trial calls fail ───────┘    │
 *     └────────────────────────── trial calls are answered ──────────────┘
 * </pre>
 *
 * It opens for a few milliseconds, and for twice as long each time that the trial calls fail, up to
 * a limit. So it misses at most about as much time of a server that is back as the server was down,
 * and a server that stays down costs few calls. The times do not vary at random: a trial call is
 * whichever request comes next, which is random enough.
 *
 * <p>Calls that began before the breaker opened do not count as trial calls when they end while it
 * is half-open: a permission becomes void when the breaker opens.
 *
 * <p>Safe for use by several threads. The lock makes a change of the state, and what this class
 * keeps of it, one step: a breaker may be half-open again before the thread that opened it gets to
 * run.
 */
final class ServerBreaker {

    private static final Logger LOG = LoggerFactory.getLogger(ServerBreaker.class);

    /**
     * A trial call is expected to take as long again as it has taken, up to this fraction of the
     * longest open time.
     */
    private static final int HALF_OPEN_FRACTION = 10;

    /** From one millisecond to an hour, the longest open time, it is 22. */
    private static final int MOST_DOUBLINGS = 22;

    private static final Duration NEVER_SLOW = Duration.ofDays(365);

    /** The breaker counts failures, and does not look at them. */
    private static final Exception SERVER_FAILURE = new Exception("server failure");

    private final String server;
    private final BreakerConfig config;
    private final LongSupplier nanoTime;
    private final CircuitBreaker breaker;
    private final AtomicInteger openings = new AtomicInteger();
    private volatile Consumer<NotPermittedException> whenOpened = reason -> {};

    // The rest is guarded by this.

    private String lastFault = "";

    /** For how long it opened last, and when. */
    private long openMillis;

    private long openedNanos;

    /** Trial calls that may begin, and when the last one began. */
    private int trialsLeft;

    private long trialNanos;

    /** Since when it has not been closed. */
    private long downSinceNanos;

    /** Whether the log says that it is open, and until when the log does not say so again. */
    private boolean announced;

    private long quietUntilNanos;

    /**
     * A closed breaker.
     *
     * @param server what messages call the server: its model, with its address if there are several
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    ServerBreaker(String server, BreakerConfig config, LongSupplier nanoTime) {
        this.server = server;
        this.config = config;
        this.nanoTime = nanoTime;
        this.quietUntilNanos = nanoTime.getAsLong();
        this.breaker =
                CircuitBreaker.of(
                        server,
                        CircuitBreakerConfig.custom()
                                .clock(monotonic(nanoTime))
                                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                                .slidingWindowSize(config.windowCalls())
                                .minimumNumberOfCalls(config.minCalls())
                                .failureRateThreshold((float) config.failurePercent())
                                .waitIntervalFunctionInOpenState(doubling(config))
                                // A long answer is as good as a short one.
                                .slowCallDurationThreshold(NEVER_SLOW)
                                // The half-open state needs no time limit: every call ends by its
                                // deadline, and one that proves nothing returns its permission.
                                .permittedNumberOfCallsInHalfOpenState(config.trialCalls())
                                .build());
        breaker.getEventPublisher().onStateTransition(event -> changed(event.getStateTransition()));
    }

    /**
     * For how long to open, by the number of openings since the breaker was closed. The library
     * counts them, and computes the time in as many steps: hence the limit.
     */
    private IntervalFunction doubling(BreakerConfig times) {
        IntervalFunction doubling =
                IntervalFunction.ofExponentialBackoff(
                        times.firstOpenMillis(), 2, times.maxOpenMillis());
        return number -> openMillis = doubling.apply(Math.min(number, 1 + MOST_DOUBLINGS));
    }

    /** A clock of an arbitrary epoch, which adjustments of the system time do not affect. */
    private static Clock monotonic(LongSupplier nanoTime) {
        InstantSource source = () -> Instant.EPOCH.plusNanos(nanoTime.getAsLong());
        return source.withZone(ZoneOffset.UTC);
    }

    /** The permission to make one call, void once the breaker has opened since. */
    final class Permission {

        private final int openingsBefore = openings.get();

        boolean isVoid() {
            return openings.get() != openingsBefore;
        }

        /** Returns the permission: no call was made. */
        void unused() {
            synchronized (ServerBreaker.this) {
                if (!isVoid()) {
                    breaker.releasePermission();
                    trialsLeft++;
                }
            }
        }

        /** Records an answered call. */
        void succeeded(long durationNanos) {
            end(() -> breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS));
        }

        /** Records a failed call for which the server is to blame. */
        void failed(long durationNanos, String fault) {
            end(
                    () -> {
                        lastFault = fault;
                        breaker.onError(durationNanos, TimeUnit.NANOSECONDS, SERVER_FAILURE);
                    });
        }

        private void end(Runnable recording) {
            NotPermittedException reason;
            synchronized (ServerBreaker.this) {
                if (isVoid()) {
                    return;
                }
                recording.run();
                reason = isVoid() ? openedMeanwhile() : null;
            }
            if (reason != null) {
                // Without the lock, because this ends other calls.
                whenOpened.accept(reason);
            }
        }
    }

    /** Calls {@code action} whenever the breaker opens, with the reason to refuse waiting calls. */
    void whenOpened(Consumer<NotPermittedException> action) {
        whenOpened = action;
    }

    /** Acquires the permission to make a call; {@code null} if calls are not permitted. */
    synchronized Permission tryAcquire() {
        if (!breaker.tryAcquirePermission()) {
            return null;
        }
        if (breaker.getState() == State.HALF_OPEN) {
            trialsLeft--;
            trialNanos = nanoTime.getAsLong();
        }
        return new Permission();
    }

    State state() {
        return breaker.getState();
    }

    /**
     * For how long the model must not be called, in milliseconds; 0 if it may be called. While
     * trial calls are in flight, it is a guess.
     */
    synchronized long unavailableMillis() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> Math.max(0, openMillis - millisSince(openedNanos));
            case HALF_OPEN -> trialsLeft > 0 ? 0 : trialMillis();
            default -> 0;
        };
    }

    private long trialMillis() {
        long most = config.maxOpenMillis() / HALF_OPEN_FRACTION;
        return Math.max(1, Math.min(most, millisSince(trialNanos)));
    }

    private long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - nanos);
    }

    /** Why {@link #tryAcquire} gave no permission. */
    synchronized NotPermittedException refusal() {
        return breaker.getState() == State.HALF_OPEN
                ? notPermitted("half-open, and its trial calls are in flight")
                : openFor(unavailableMillis());
    }

    /** Why a call is not made whose permission is void. */
    synchronized NotPermittedException openedMeanwhile() {
        return openFor(unavailableMillis());
    }

    private NotPermittedException openFor(long millis) {
        return notPermitted("open for another " + millis + " ms");
    }

    private NotPermittedException notPermitted(String stateOfBreaker) {
        return NotPermittedException.byBreaker(
                "%s was not called: its circuit breaker is %s, because %s"
                        .formatted(server, stateOfBreaker, lastFault));
    }

    /** Only changes that this class causes, which has the lock then. */
    private void changed(StateTransition change) {
        switch (change.getToState()) {
            case OPEN -> opened(change.getFromState());
            case CLOSED -> closed();
            default -> {
                trialsLeft = config.trialCalls();
                LOG.debug("The circuit breaker of {} is {}", server, change.getToState());
            }
        }
    }

    private void opened(State before) {
        openedNanos = nanoTime.getAsLong();
        openings.incrementAndGet();
        if (before == State.CLOSED) {
            downSinceNanos = openedNanos;
        }
        if (!announced && openedNanos - quietUntilNanos >= 0) {
            LOG.warn("The circuit breaker of {} is OPEN, because {}", server, lastFault);
            announced = true;
            quietUntilNanos = openedNanos + TimeUnit.MILLISECONDS.toNanos(config.maxOpenMillis());
        } else {
            LOG.debug(
                    "The circuit breaker of {} is OPEN for {} ms, because {}",
                    server,
                    openMillis,
                    lastFault);
        }
    }

    private void closed() {
        String message = "The circuit breaker of {} is CLOSED again after {} ms";
        long millis = millisSince(downSinceNanos);
        if (announced) {
            LOG.info(message, server, millis);
        } else {
            LOG.debug(message, server, millis);
        }
        announced = false;
    }
}
