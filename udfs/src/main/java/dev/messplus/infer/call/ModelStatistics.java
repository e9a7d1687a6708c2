package dev.messplus.infer.call;

import dev.messplus.metrics.Histograms;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.Histogram;

/** The calls of one model since the last start; any thread may add to them. */
public final class ModelStatistics {

    /** Attempts that began, including retries and hedges. The metric is named {@code calls}. */
    public final LongAdder attempts = new LongAdder();

    /** Requests that the model answered. */
    public final LongAdder answers = new LongAdder();

    /** Attempts that returned no answer. */
    public final FailedCalls failedAttempts = new FailedCalls();

    /** Second attempts made because the first was late. */
    public final LongAdder hedges = new LongAdder();

    /** Answers served because the chosen model gave none. */
    public final LongAdder fallbacks = new LongAdder();

    /** Answers whose energy is the router's estimate because none was measured. */
    public final LongAdder assumed = new LongAdder();

    /** Milliseconds of the attempts that were answered. */
    public final Histogram callMillis = Histograms.recent();

    /**
     * Milliseconds of these attempts in which the server did not work on them, for servers that
     * report how long they did.
     */
    public final Histogram serverQueueMillis = Histograms.recent();

    /** Millijoules of the answers that were served. */
    public final Histogram answerMillijoules = Histograms.recent();
}
