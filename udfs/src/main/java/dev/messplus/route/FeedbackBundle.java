package dev.messplus.route;

import dev.messplus.route.share.ShardFeedback;
import java.util.List;

/**
 * What an SLA, or a shard of one, receives at about the same time.
 *
 * @param key key of the SLA or shard
 * @param feedback in the order in which it was read, at least one
 */
public record FeedbackBundle(String key, List<ShardFeedback> feedback) {}
