package dev.messplus.routing;

import dev.messplus.record.Feedback;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Feedback on its way to a shard: that of its request, or another which is to learn from it.
 *
 * @param key of the shard
 * @param own whether the request is this shard's
 * @param feedback what became known; to another shard, only what is news
 * @param servedScore to another shard, the accuracy of the answer that was served, once it is
 *     known; {@code NaN} otherwise
 * @param features of the request's prompt; {@code null} if another embedding made them, to its own
 *     shard, which has them, and where they are not known
 * @param promptTokens the prompt's length
 * @param maxTokens the most completion tokens that the request asks for; 0 when it sets no maximum
 */
@RecordBuilder
public record ShardFeedback(
        String key,
        boolean own,
        Feedback feedback,
        double servedScore,
        float[] features,
        int promptTokens,
        int maxTokens) {

    /** To the shard of the request. */
    public static ShardFeedback own(String key, Feedback feedback) {
        return new ShardFeedback(key, true, feedback, Double.NaN, null, 0, 0);
    }

    /** To another shard, which learns nothing of a request that is not known but who is there. */
    static ShardFeedback unknown(Feedback feedback) {
        return new ShardFeedback(null, false, feedback.with(null, null), Double.NaN, null, 0, 0);
    }

    /** The same to a shard. */
    ShardFeedback to(String shard) {
        return new ShardFeedback(
                shard, own, feedback, servedScore, features, promptTokens, maxTokens);
    }
}
