package dev.messplus.infer;

import dev.messplus.metrics.Histograms;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.Histogram;

/** The calls to one model since the last start; any thread may add to them. */
final class ModelStatistics {

    /** Calls made, including retries and hedges. */
    final LongAdder calls = new LongAdder();

    /** Requests that the model answered. */
    final LongAdder answers = new LongAdder();

    /** Calls that returned no answer. */
    final LongAdder failures = new LongAdder();

    /** Second calls made because the first was late. */
    final LongAdder hedges = new LongAdder();

    /** Answers served because the chosen model gave none. */
    final LongAdder fallbacks = new LongAdder();

    /** Answers whose energy is the router's estimate because none was measured. */
    final LongAdder assumed = new LongAdder();

    /** Milliseconds of the calls that were answered. */
    final Histogram callMillis = Histograms.recent();

    /** Millijoules of the answers that were served. */
    final Histogram answerMillijoules = Histograms.recent();
}
