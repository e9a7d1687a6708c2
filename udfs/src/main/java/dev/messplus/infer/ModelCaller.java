package dev.messplus.infer;

import dev.messplus.energy.EnergyMeter;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.util.IOUtils;

/** Calls one model, and gives up all calls in flight when it is closed. */
final class ModelCaller implements AutoCloseable {

    /** Time between two looks for calls whose deadline has passed: by so much it is exceeded. */
    static final long SWEEP_MILLIS = 50;

    /**
     * A deadline as near as this has a timer of its own: to exceed it by a look could leave the
     * next model no time.
     */
    private static final long NEAR_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ModelResources resources;
    private final Runnable whenClosed;
    private final Set<ModelCall> inFlight = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean sweepAhead = new AtomicBoolean();
    private volatile boolean stopping;

    /**
     * A caller of one model.
     *
     * @param resources its meter is closed with the caller
     * @param whenClosed releases the connections
     */
    ModelCaller(ModelResources resources, Runnable whenClosed) {
        this.resources = resources;
        this.whenClosed = whenClosed;
    }

    /**
     * Asks the model for an answer.
     *
     * @return completes some 50 ms after the deadline at the latest, and at once if that is within
     *     a second, with an answer or with the reason why there is none; never exceptionally
     */
    CompletableFuture<Answer> ask(Question question) {
        if (stopping) {
            return CompletableFuture.completedFuture(
                    Answer.notAsked(
                            resources.id(),
                            resources.id() + " was not asked: the job is stopping"));
        }
        ModelCall call = new ModelCall(resources, question, () -> stopping);
        CompletableFuture<Answer> answer =
                call.answer().whenComplete((result, never) -> inFlight.remove(call));
        inFlight.add(call);
        call.start();
        sweepLater();
        long leftNanos = question.deadlineNanos() - System.nanoTime();
        if (leftNanos < NEAR_NANOS && !answer.isDone()) {
            expireIn(leftNanos, call, answer);
        }
        return answer;
    }

    private void expireIn(long nanos, ModelCall call, CompletableFuture<Answer> answer) {
        Future<?> expiry =
                resources
                        .timer()
                        .schedule(
                                () -> call.expireIfDue(System.nanoTime()),
                                nanos,
                                TimeUnit.NANOSECONDS);
        CompletableFuture<Answer> unused =
                answer.whenComplete((result, never) -> expiry.cancel(false));
    }

    /** A timer for all calls, because most of those of a timer for each would be canceled. */
    private void sweepLater() {
        if (!sweepAhead.get() && !inFlight.isEmpty() && sweepAhead.compareAndSet(false, true)) {
            try {
                Future<?> unused =
                        resources
                                .timer()
                                .schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RuntimeException | Error e) {
                // No thread could be started: the next call tries again.
                sweepAhead.set(false);
                throw e;
            }
        }
    }

    private void sweep() {
        sweepAhead.set(false);
        try {
            long now = System.nanoTime();
            inFlight.forEach(call -> call.expireIfDue(now));
        } finally {
            sweepLater();
        }
    }

    ModelGate gate() {
        return resources.gate();
    }

    ColdStart coldStart() {
        return resources.coldStart();
    }

    EnergyMeter meter() {
        return resources.meter();
    }

    ModelStatistics statistics() {
        return resources.statistics();
    }

    /** Refuses further calls. */
    void stop() {
        stopping = true;
    }

    /**
     * Gives up the calls in flight.
     *
     * @throws Exception if something cannot be closed; all the rest is closed nevertheless
     */
    @Override
    public void close() throws Exception {
        stop();
        IOUtils.closeAll(
                () -> inFlight.forEach(ModelCall::stop), resources.meter(), whenClosed::run);
    }
}
