package dev.messplus.replay.serving;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs tasks in virtual time, on the thread of the simulation. It repeats none. */
final class VirtualTimer extends AbstractExecutorService implements ScheduledExecutorService {

    private final VirtualTime time;
    private boolean shutDown;

    VirtualTimer(VirtualTime time) {
        this.time = time;
    }

    private static final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

        private final VirtualTime time;
        private VirtualTime.Event event;

        Task(Callable<V> action, VirtualTime time) {
            super(action);
            this.time = time;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            event.cancel();
            return super.cancel(mayInterrupt);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(event.nanos() - time.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    action.run();
                    return null;
                },
                delay,
                unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
        Task<V> task = new Task<>(action, time);
        task.event = time.after(unit.toNanos(delay), task);
        return task;
    }

    @Override
    public void execute(Runnable action) {
        time.after(0, action);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable action, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing is repeated in virtual time");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable action, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing is repeated in virtual time");
    }

    @Override
    public void shutdown() {
        shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutDown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return shutDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutDown;
    }
}
