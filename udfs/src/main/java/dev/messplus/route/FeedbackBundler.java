package dev.messplus.route;

import dev.messplus.route.share.ShardFeedback;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Bundles feedback by key, so that {@code route} takes in at once what came at about the same time.
 *
 * <p>A Flink task with two inputs reads them in turn, one element of each. While requests wait,
 * {@code route} reads one element of feedback per request that it decides, however many labels a
 * request has. What comes faster waits in line behind the backlog, and decisions rest on what was
 * known long ago. So this operator sends no more bundles than {@code route} has turns for. It earns
 * a turn with each measurement of a served answer, because a request was decided for it, and spends
 * one on each bundle.
 *
 * <ul>
 *   <li>A bundle is sent {@value #BUNDLE_MILLIS} ms after it was begun, the oldest first, if there
 *       is a turn for it, and otherwise as soon as one is earned.
 *   <li>All bundles are sent, without turns, when feedback has been held for {@value
 *       #MAX_WAIT_MILLIS} ms without a break, which also bounds how long a watermark waits, and
 *       when {@value #MAX_HELD} elements are held. A bundle of {@value #MAX_BUNDLE} is sent at
 *       once.
 *   <li>All bundles are sent before a checkpoint's barrier and at the end of the input, so the
 *       operator has no state.
 *   <li>A watermark follows the labels that came before it. Watermarks take turns too, so at most
 *       one is sent in {@value #WATERMARK_MILLIS} ms, or {@value #WATERMARK_MILLIS_PER_SUBTASK} ms
 *       per subtask if that is longer, because {@code route} reads those of all subtasks.
 * </ul>
 *
 * <p>Its input must be partitioned by key as that of {@code route} is, so that the labels of one
 * key from all readers come together.
 */
public final class FeedbackBundler extends AbstractStreamOperator<FeedbackBundle>
        implements OneInputStreamOperator<ShardFeedback, FeedbackBundle>, BoundedOneInput {

    /**
     * How long a bundle waits for more, in milliseconds. All measurements of a request come within
     * a millisecond or two. Without it each label would be a bundle.
     */
    static final long BUNDLE_MILLIS = 5;

    /**
     * How long feedback is held without a break, in milliseconds, and so the longest that a label
     * waits for a turn. If no request was answered for that long, hardly any is decided either.
     * Without it labels of users would wait for the next request, and watermarks for ever.
     */
    static final long MAX_WAIT_MILLIS = 1_000;

    /**
     * Most elements of a bundle, sums of other shards being one: a few hundred kilobytes. Without
     * it a bundle that waits for a turn under load would hold up {@code route} for long.
     */
    static final int MAX_BUNDLE = 1_000;

    /**
     * Most elements that are held: a few megabytes, and the sums of each shard. Without it many
     * keys that wait for turns would fill the heap.
     */
    static final int MAX_HELD = 10_000;

    /**
     * Turns that may be saved up, beyond one for each bundle that waits. That many bundles can wait
     * in line when a backlog begins.
     */
    static final int TURNS_AHEAD = 10;

    /**
     * Least time between two watermarks, in milliseconds. Requests expire later by that much.
     * Without it {@code route} would spend turns on watermarks.
     */
    static final long WATERMARK_MILLIS = 500;

    /** The same per subtask. */
    static final long WATERMARK_MILLIS_PER_SUBTASK = 50;

    private static final long NEVER = Long.MIN_VALUE;

    private transient HeldFeedback held;
    private transient int turns;
    private transient long heldSinceMillis;

    /** When the timer fires, in milliseconds since the epoch; {@link #NEVER} when none is set. */
    private transient long timerMillis;

    private transient ScheduledFuture<?> timer;

    private transient Watermark watermark;
    private transient long watermarkMillis;
    private transient long watermarkGapMillis;

    @Override
    public void open() throws Exception {
        super.open();
        held = new HeldFeedback();
        turns = TURNS_AHEAD;
        watermarkMillis = NEVER;
        timerMillis = NEVER;
        watermarkGapMillis =
                Math.max(
                        WATERMARK_MILLIS,
                        WATERMARK_MILLIS_PER_SUBTASK
                                * getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
    }

    @Override
    public void processElement(StreamRecord<ShardFeedback> element) {
        ShardFeedback feedback = element.getValue();
        if (held.isEmpty()) {
            heldSinceMillis = nowMillis();
        }
        int inBundle = held.add(feedback);
        if (isServed(feedback)) {
            turns = Math.min(turns + 1, TURNS_AHEAD + held.bundles());
        }
        if (inBundle == MAX_BUNDLE) {
            send(held.remove(feedback.key()));
        } else if (held.size() == MAX_HELD) {
            sendAll();
        }
        setTimer();
    }

    private static boolean isServed(ShardFeedback received) {
        return received.isOwn()
                && received.own().measurement() != null
                && received.own().measurement().served();
    }

    private void onTimer(long timeMillis) {
        timerMillis = NEVER;
        long waitedMillis = nowMillis() - heldSinceMillis;
        if (waitedMillis >= MAX_WAIT_MILLIS) {
            sendAll();
        } else if (waitedMillis >= BUNDLE_MILLIS) {
            sendWhatHasTurns();
        }
        if (held.isEmpty() && watermark != null && isTimeForWatermark()) {
            sendWatermark();
        }
        setTimer();
    }

    /**
     * Polls while feedback is held, because turns may come at any time. A watermark alone waits for
     * its time.
     */
    private void setTimer() {
        if (!held.isEmpty()) {
            setTimer(nowMillis() + BUNDLE_MILLIS);
        } else if (watermark != null) {
            setTimer(watermarkMillis + watermarkGapMillis);
        }
    }

    private void setTimer(long atMillis) {
        if (timerMillis != NEVER && timerMillis <= atMillis) {
            return;
        }
        if (timerMillis != NEVER) {
            timer.cancel(false);
        }
        timerMillis = atMillis;
        timer = getProcessingTimeService().registerTimer(atMillis, this::onTimer);
    }

    private void sendWhatHasTurns() {
        while (turns > 0 && !held.isEmpty()) {
            send(held.removeOldest());
        }
    }

    private void sendAll() {
        while (!held.isEmpty()) {
            send(held.removeOldest());
        }
    }

    private void send(FeedbackBundle bundle) {
        turns = Math.max(0, turns - 1);
        output.collect(new StreamRecord<>(bundle));
    }

    @Override
    public void processWatermark(Watermark mark) {
        watermark = mark;
        if (mark.equals(Watermark.MAX_WATERMARK)) {
            sendAll();
            sendWatermark();
        } else if (held.isEmpty() && isTimeForWatermark()) {
            sendWatermark();
        } else {
            setTimer();
        }
    }

    private boolean isTimeForWatermark() {
        return watermarkMillis == NEVER || nowMillis() - watermarkMillis >= watermarkGapMillis;
    }

    private void sendWatermark() {
        output.emitWatermark(watermark);
        watermark = null;
        watermarkMillis = nowMillis();
    }

    /** What waits must not be overtaken by watermarks of others when the input falls idle. */
    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        if (status.isIdle()) {
            sendAll();
            if (watermark != null) {
                sendWatermark();
            }
        }
        super.processWatermarkStatus(status);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        sendAll();
    }

    @Override
    public void endInput() {
        sendAll();
        if (watermark != null) {
            sendWatermark();
        }
    }

    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }
}
