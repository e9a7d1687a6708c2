package dev.messplus.infer.call;

import dev.messplus.metrics.Histograms;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.Histogram;

/** The calls to one model since the last start; any thread may add to them. */
public final class ModelStatistics {

    /** Calls made, including retries and hedges. */
    public final LongAdder calls = new LongAdder();

    /** Requests that the model answered. */
    public final LongAdder answers = new LongAdder();

    /** Calls that returned no answer. */
    public final LongAdder failures = new LongAdder();

    /** Second calls made because the first was late. */
    public final LongAdder hedges = new LongAdder();

    /** Answers served because the chosen model gave none. */
    public final LongAdder fallbacks = new LongAdder();

    /** Answers whose energy is the router's estimate because none was measured. */
    public final LongAdder assumed = new LongAdder();

    /** Milliseconds of the calls that were answered. */
    public final Histogram callMillis = Histograms.recent();

    /** Millijoules of the answers that were served. */
    public final Histogram answerMillijoules = Histograms.recent();
}
