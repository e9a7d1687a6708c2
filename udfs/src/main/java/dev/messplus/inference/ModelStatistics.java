package dev.messplus.inference;

import java.util.concurrent.atomic.LongAdder;

/** What became of the calls to one model since the last start. */
final class ModelStatistics {

    /** Calls made, retries and hedges included. */
    final LongAdder calls = new LongAdder();

    /** Questions that it answered. */
    final LongAdder answers = new LongAdder();

    /** Calls that brought no answer. */
    final LongAdder failures = new LongAdder();

    /** Second calls made because the first was late. */
    final LongAdder hedges = new LongAdder();

    /** Answers of it that were served for want of one of a better model. */
    final LongAdder fallbacks = new LongAdder();

    /** Answers whose energy was the router's own estimate, for want of a measurement. */
    final LongAdder assumed = new LongAdder();
}
