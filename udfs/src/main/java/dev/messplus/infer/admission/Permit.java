package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The right to one call of a model, over all its attempts: a place at the model, and the permission
 * of its circuit breaker for the attempt that is next or in flight. A hedge has a permit of its
 * own, because it occupies a second place. The call releases its permit when it ends, and the hedge
 * its own. Safe for use by several threads.
 */
public final class Permit {

    private final ModelPlaces places;
    private final AtomicReference<ModelBreaker.Permission> attempt;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile int server;
    private volatile Begin begin;

    /** When an attempt began, and {@link ModelPlaces#perCallSeconds} of then. */
    private record Begin(long nanos, double perCallSeconds) {}

    Permit(ModelPlaces places, ModelBreaker.Permission firstAttempt) {
        this.places = places;
        this.attempt = new AtomicReference<>(firstAttempt);
        this.server = firstAttempt.server();
        this.begin = begin();
    }

    /** Id of the model that may be called. */
    public String model() {
        return places.model();
    }

    /** Index of the server that the attempt is for that is next or in flight. */
    public int server() {
        return server;
    }

    private Begin begin() {
        return new Begin(places.nanoTime(), places.perCallSeconds());
    }

    /**
     * Calls of the whole job that its server worked on during the attempt that is in flight, this
     * one among them: the harmonic mean over its time of the calls in flight, without the part that
     * lately waited in the servers; at least 1. Which calls waited is not known, nor which of
     * several servers had them: those that are called share them evenly.
     */
    public double concurrency() {
        return Math.max(1, places.workedShare() * inFlight() / places.calledServers());
    }

    /** Calls of the model in flight during the attempt, the harmonic mean over its time. */
    private double inFlight() {
        Begin since = begin;
        double seconds = (places.nanoTime() - since.nanos) / (double) TimeUnit.SECONDS.toNanos(1);
        double perCall = places.perCallSeconds() - since.perCallSeconds;
        return perCall > 0 ? Math.max(1, seconds / perCall) : 1;
    }

    /**
     * How long the server worked on an attempt.
     *
     * @param nanos how long it took, in nanoseconds
     * @param statedSeconds what the server says, in seconds; {@code NaN} if it does not
     * @return in seconds; without a statement what it took, less the part of all calls' time that
     *     lately passed in the servers' queues, as far as their pages show it
     */
    public double workSeconds(long nanos, double statedSeconds) {
        double seconds = nanos / (double) TimeUnit.SECONDS.toNanos(1);
        return Double.isNaN(statedSeconds)
                ? places.workedShare() * seconds
                : Math.min(statedSeconds, seconds);
    }

    /**
     * An attempt was answered.
     *
     * @param nanos how long it took, in nanoseconds
     * @param workSeconds how long the server worked on it, in seconds; {@code NaN} if it does not
     *     say
     * @param tokens tokens of the answer; {@code NaN} if unknown
     */
    public void answered(long nanos, double workSeconds, double tokens) {
        ModelBreaker.Permission ended = attempt.getAndSet(null);
        if (ended != null) {
            ended.succeeded(nanos);
        }
        if (workSeconds > 0 && nanos > 0) {
            double workedShare = workSeconds * TimeUnit.SECONDS.toNanos(1) / nanos;
            places.worked(Math.min(1, workedShare), inFlight());
        }
        places.answered(nanos, workSeconds, tokens);
    }

    /** The server refused an attempt because it has too many calls. */
    public void refused() {
        places.refused();
    }

    /**
     * An attempt ended after {@code nanos} without an answer.
     *
     * @param fault what the server is to blame for, without any text of a request: it is quoted in
     *     the errors of others. The circuit breaker counts it against the server
     */
    public void failed(long nanos, String fault) {
        ModelBreaker.Permission ended = attempt.getAndSet(null);
        if (ended != null) {
            ended.failed(nanos, fault);
        }
    }

    /** An attempt ended without an answer, and the server is not to blame. */
    public void unused() {
        ModelBreaker.Permission ended = attempt.getAndSet(null);
        if (ended != null) {
            ended.unused();
        }
    }

    /** Takes the turn of the next attempt; returns the time until then, in milliseconds. */
    public long takeTurnMillis() {
        return TimeUnit.NANOSECONDS.toMillis(places.takeTurnNanos());
    }

    /**
     * Asks the circuit breaker for the next attempt.
     *
     * @throws NotPermittedException if it refuses
     */
    public void renew() {
        ModelBreaker.Permission next = places.permission(server);
        server = next.server();
        begin = begin();
        ModelBreaker.Permission before = attempt.getAndSet(next);
        if (before != null) {
            before.unused();
        }
        if (released.get()) {
            // The call ended meanwhile. A trial call that nobody makes would keep others from it.
            unused();
        }
    }

    /** A permit for a second attempt beside this one; {@code null} if there is no place now. */
    public Permit beside() {
        return places.tryAcquire();
    }

    /** For how long the model must not be called, in milliseconds; 0 if it may be called. */
    public long unavailableMillis() {
        return places.unavailableMillis();
    }

    /** Gives the place back; without effect the second time. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            // Before the place: this may be the permission of a trial call.
            unused();
            places.release();
        }
    }
}
