package dev.messplus.infer.call;

import dev.messplus.record.PromptRequest;

/**
 * What one model is asked.
 *
 * @param attemptsMade attempts that were made for this request before and reached a server
 * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
 * @param othersMayAnswer whether another model may answer the request: then an attempt is given up
 *     before, once no answer is to be expected any more
 */
public record CallRequest(
        PromptRequest request, int attemptsMade, long deadlineNanos, boolean othersMayAnswer) {}
