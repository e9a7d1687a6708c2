package dev.messplus.inference;

import java.util.concurrent.atomic.LongAdder;

/** Counts of the calls to one model since the last start. */
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
}
