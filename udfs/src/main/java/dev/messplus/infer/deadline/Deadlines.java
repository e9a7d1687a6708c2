package dev.messplus.infer.deadline;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Keeps all deadlines of one subtask on the monotonic clock {@link System#nanoTime}: those of
 * calls, of places that are waited for, of pauses between attempts, of scorers and of meters. When
 * the subtask stops, the time of everything is up. Safe for use by several threads.
 *
 * <p>Times of the wall clock are not kept here: a request expires by the operator's processing
 * time.
 */
public final class Deadlines implements AutoCloseable {

    private final ScheduledExecutorService timer;
    private final LongSupplier clock;
    private final Set<Deadline> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Keeps no deadline yet.
     *
     * @param timer runs what happens at a deadline, which must not block. Others may use it, too
     */
    public Deadlines(ScheduledExecutorService timer) {
        this(timer, System::nanoTime);
    }

    /**
     * The same on another clock.
     *
     * @param clock in nanoseconds; it does not go back
     */
    public Deadlines(ScheduledExecutorService timer, LongSupplier clock) {
        this.timer = timer;
        this.clock = clock;
    }

    /** The time of the clock of all deadlines, in nanoseconds. */
    public long nanoTime() {
        return clock.getAsLong();
    }

    /** A deadline that has not passed. */
    public final class Deadline {

        private final Runnable action;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile Future<?> scheduled;

        private Deadline(Runnable action) {
            this.action = action;
        }

        /** Drops the deadline: its action does not run any more, unless it runs already. */
        public void cancel() {
            if (over.compareAndSet(false, true)) {
                open.remove(this);
                Future<?> task = scheduled;
                if (task != null) {
                    task.cancel(false);
                }
            }
        }

        private void pass() {
            if (over.compareAndSet(false, true)) {
                open.remove(this);
                action.run();
            }
        }
    }

    /**
     * Runs an action once, at a time or when this is closed, whichever comes first.
     *
     * @param nanos the time, on the clock of {@link System#nanoTime}; the action runs at once, on
     *     this thread, if it has passed
     */
    public Deadline at(long nanos, Runnable action) {
        Deadline deadline = new Deadline(action);
        long left = nanos - nanoTime();
        if (left <= 0 || closed) {
            deadline.pass();
            return deadline;
        }
        open.add(deadline);
        deadline.scheduled = timer.schedule(deadline::pass, left, TimeUnit.NANOSECONDS);
        if (closed) {
            // It may have been closed before it could find this one.
            deadline.pass();
        }
        if (deadline.over.get()) {
            // It was canceled before there was something to cancel.
            deadline.scheduled.cancel(false);
        }
        return deadline;
    }

    /** The same, {@code millis} milliseconds from now. */
    public Deadline in(long millis, Runnable action) {
        return at(nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), action);
    }

    /** Whether the time of everything is up, because the subtask stops. */
    public boolean isClosed() {
        return closed;
    }

    /** Runs what was to happen at any deadline; from now on, every deadline has passed. */
    @Override
    public void close() {
        closed = true;
        open.forEach(Deadline::pass);
    }
}
