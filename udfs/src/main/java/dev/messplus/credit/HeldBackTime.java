package dev.messplus.credit;

import org.apache.flink.runtime.metrics.TimerGauge;
import org.apache.flink.runtime.metrics.TimerGauge.StartStopListener;
import org.apache.flink.runtime.metrics.groups.TaskIOMetricGroup;

/**
 * The time for which the source of requests has some to read and no credit: its task is held back
 * by the models, as by a task behind it that takes no more records. Flink would call the source
 * idle. The time counts as {@code backPressuredTimeMsPerSecond} instead, by which Flink's
 * autoscaler knows that more subtasks would read no more.
 *
 * <p>A source does not know the metrics of its task. The operator behind it does, and is in one
 * chain with it, so both are on one thread.
 */
public final class HeldBackTime {

    private static final ThreadLocal<HeldBackTime> OF_TASK = new ThreadLocal<>();

    private final TimerGauge backPressured;
    private boolean heldBack;

    private HeldBackTime(TaskIOMetricGroup task) {
        backPressured = task.getSoftBackPressuredTimePerSecond();
        TimerGauge idle = task.getIdleTimeMsPerSecond();
        idle.registerListener(
                new StartStopListener() {
                    @Override
                    public void markStart() {
                        // The task waits for its source, which Flink takes for idleness.
                        if (heldBack) {
                            idle.markEnd();
                        }
                    }

                    @Override
                    public void markEnd() {}
                });
    }

    /** Has the time of this thread's task measured from now on. */
    public static void measure(TaskIOMetricGroup task) {
        OF_TASK.set(new HeldBackTime(task));
    }

    /** The task of this thread ends. */
    public static void end() {
        OF_TASK.remove();
    }

    /** The source of this thread's task is held back; without effect if it was. */
    public static void heldBack() {
        HeldBackTime time = OF_TASK.get();
        if (time != null && !time.heldBack) {
            time.heldBack = true;
            time.backPressured.markStart();
        }
    }

    /** The source of this thread's task goes on; without effect if it was not held back. */
    public static void goesOn() {
        HeldBackTime time = OF_TASK.get();
        if (time != null && time.heldBack) {
            time.heldBack = false;
            time.backPressured.markEnd();
        }
    }
}
