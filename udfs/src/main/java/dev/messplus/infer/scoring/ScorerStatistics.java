package dev.messplus.infer.scoring;

import dev.messplus.metrics.Histograms;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.Histogram;

/** The work of one scorer since the last start; any thread may add to it. */
public final class ScorerStatistics {

    /** Answers that it scored. */
    public final LongAdder scores = new LongAdder();

    /** Answers of which it has nothing to say. */
    public final LongAdder unscored = new LongAdder();

    /** Answers that it was to score, and could not. */
    public final LongAdder failures = new LongAdder();

    /**
     * Calls of judges that were charged nothing, because their meter did not report their energy.
     */
    public final LongAdder unmetered = new LongAdder();

    /** Milliseconds that scores took. */
    public final Histogram millis = Histograms.recent();
}
