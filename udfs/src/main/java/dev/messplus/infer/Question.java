package dev.messplus.infer;

import dev.messplus.record.PromptRequest;

/**
 * What one model is asked.
 *
 * @param attemptsMade attempts that were made for this request before and reached a server
 * @param hasTurn whether the request waited for its {@linkplain ModelGate#takeTurn turn} already
 * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
 */
record Question(PromptRequest request, int attemptsMade, boolean hasTurn, long deadlineNanos) {

    /** What a model is asked that was not asked before. */
    static Question first(PromptRequest request, long deadlineNanos) {
        return new Question(request, 0, false, deadlineNanos);
    }
}
