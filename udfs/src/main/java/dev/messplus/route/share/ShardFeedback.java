package dev.messplus.route.share;

import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.record.FeedbackRecord;

/**
 * What one shard receives: feedback on a request of its own, or the sums of what became known of
 * requests of other shards. One of the two is {@code null}.
 *
 * @param key key of the shard
 * @param own feedback on a request of the shard
 * @param ofOthers sums over requests of the other shards of its SLA
 */
public record ShardFeedback(String key, FeedbackRecord own, OutcomeSums ofOthers) {

    /** Feedback for the shard of the request. */
    public static ShardFeedback own(String key, FeedbackRecord feedback) {
        return new ShardFeedback(key, feedback, null);
    }

    /** Sums over requests of other shards. */
    public static ShardFeedback ofOthers(String key, OutcomeSums sums) {
        return new ShardFeedback(key, null, sums);
    }

    /** Whether it is about a request of the shard. */
    public boolean isOwn() {
        return own != null;
    }
}
