package dev.messplus.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The slots of a model server, and the queue in front of them. Only the thread of the executor may
 * use it.
 */
final class ModelSlots {

    /** The shortest call takes half of the mean, the longest one and a half. */
    private static final double SHORTEST = 0.5;

    private static final int MOST_SAMPLES = 1_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final ScheduledExecutorService executor;
    private final Set<SlotCall> running = new LinkedHashSet<>();
    private final Set<SlotCall> queue = new LinkedHashSet<>();

    /** Running calls that would have ended if the server did not hang. */
    private final Set<SlotCall> late = new LinkedHashSet<>();

    private final List<Double> waitMillis = new ArrayList<>();
    private int slots;
    private long serviceMillis;
    private boolean hangs;
    private int maxQueued;
    private long served;
    private long waited;

    /**
     * Free slots.
     *
     * @param executor has a single thread
     * @param serviceMillis mean time of a call in a slot
     */
    ModelSlots(ScheduledExecutorService executor, int slots, long serviceMillis) {
        this.executor = executor;
        this.slots = slots;
        this.serviceMillis = serviceMillis;
    }

    /** A call, from its arrival until it is answered or its client leaves. */
    final class SlotCall {

        private final String text;
        private final Runnable answer;
        private final long arrivedNanos = System.nanoTime();
        private long beganNanos;
        private ScheduledFuture<?> end;

        /**
         * A call that has not arrived.
         *
         * @param text decides how long it takes
         * @param answer runs when it has had its time in a slot
         */
        SlotCall(String text, Runnable answer) {
            this.text = text;
            this.answer = answer;
        }

        /** Queues the call, or gives it a slot. */
        void arrive() {
            boolean mustWait = hangs || running.size() >= slots;
            queue.add(this);
            if (mustWait) {
                waited++;
                maxQueued = Math.max(maxQueued, queue.size());
            }
            fill();
        }

        /** Frees the slot of a call whose client has left, or its place in the queue. */
        void leave() {
            queue.remove(this);
            late.remove(this);
            if (running.remove(this)) {
                end.cancel(false);
                fill();
            }
        }

        /** Time in a slot so far, in milliseconds. */
        double workedMillis() {
            return (System.nanoTime() - beganNanos) / NANOS_PER_MILLI;
        }

        private void begin() {
            running.add(this);
            beganNanos = System.nanoTime();
            if (waitMillis.size() < MOST_SAMPLES) {
                waitMillis.add((beganNanos - arrivedNanos) / NANOS_PER_MILLI);
            }
            double share = SHORTEST + Knowledge.uniform(text + "t");
            end =
                    executor.schedule(
                            this::end,
                            Math.round(1e3 * serviceMillis * share),
                            TimeUnit.MICROSECONDS);
        }

        private void end() {
            if (hangs) {
                late.add(this);
                return;
            }
            running.remove(this);
            served++;
            answer.run();
            fill();
        }
    }

    private void fill() {
        while (!hangs && running.size() < slots && !queue.isEmpty()) {
            SlotCall next = queue.iterator().next();
            queue.remove(next);
            next.begin();
        }
    }

    /** Neither begins nor ends any call from now on. */
    void hang() {
        hangs = true;
    }

    /** Ends the calls that are late, and begins others. */
    void goOn() {
        hangs = false;
        List<SlotCall> overdue = List.copyOf(late);
        late.clear();
        overdue.forEach(SlotCall::end);
        fill();
    }

    /** Changes the number of slots; calls that have one keep it. */
    void slots(int number) {
        slots = number;
        fill();
    }

    /** Changes the mean time of calls that begin from now on. */
    void serviceMillis(long millis) {
        serviceMillis = millis;
    }

    /** Number of calls answered so far. */
    long served() {
        return served;
    }

    QueueingModels.SlotStats stats() {
        double[] sorted = waitMillis.stream().mapToDouble(wait -> wait).toArray();
        Arrays.sort(sorted);
        return new QueueingModels.SlotStats(
                running.size(),
                queue.size(),
                maxQueued,
                served,
                waited,
                new QueueingModels.QueueWaits(
                        quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(sorted, 1)));
    }

    private static double quantile(double[] sorted, double q) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(q * sorted.length) - 1];
    }
}
