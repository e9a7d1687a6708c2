package dev.messplus.routing;

import dev.messplus.core.Prompt;
import dev.messplus.record.Feedback;

/**
 * Feedback for one shard: the shard of the request, or another that learns from it.
 *
 * @param key key of the shard
 * @param own whether the request is this shard's
 * @param feedback what became known; for another shard, only what was not told before
 * @param servedScore for another shard, the accuracy of the answer that was served, once it is
 *     known; {@code NaN} otherwise
 * @param prompt for another shard, the request's prompt, whose features are {@code null} where
 *     another embedding made them; {@code null} for the request's own shard, which has it
 */
public record ShardFeedback(
        String key, boolean own, Feedback feedback, double servedScore, Prompt prompt) {

    private static final Prompt UNKNOWN = new Prompt(null, 0, 0);

    /** Feedback for the shard of the request. */
    public static ShardFeedback own(String key, Feedback feedback) {
        return new ShardFeedback(key, true, feedback, Double.NaN, null);
    }

    /**
     * Feedback for another shard on a request that is not known. The shard learns only which model
     * is unavailable.
     */
    static ShardFeedback unknown(Feedback feedback) {
        return new ShardFeedback(null, false, feedback.with(null, null), Double.NaN, UNKNOWN);
    }

    /** The same for a shard. */
    ShardFeedback to(String shard) {
        return new ShardFeedback(shard, own, feedback, servedScore, prompt);
    }
}
