package dev.messplus.route.share;

import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.core.shard.ShardExchange;
import dev.messplus.record.Correction;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Measurement;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.Shards;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What one subtask of {@link ShareOperator} has not sent yet: sums, for every SLA that is split. It
 * is on the heap alone, so it must be sent before every checkpoint.
 */
final class SharedOutcomes {

    private final RoutingConfig config;
    private final Set<String> models;
    private final Shards shards;
    private final Map<String, ShardExchange> exchanges = new HashMap<>();

    private long mostOutcomes;
    private boolean empty = true;

    SharedOutcomes(RoutingConfig config) {
        this.config = config;
        models = Set.copyOf(config.modelIds());
        shards = config.shards();
    }

    /** Takes in that a model is unavailable, which is news whatever is known of the request. */
    void markUnavailable(Measurement measurement, long nowMillis) {
        if (measurement.unavailableMillis() > 0) {
            empty = false;
            exchange(measurement.sla())
                    .markUnavailable(
                            shard(measurement),
                            measurement.model(),
                            nowMillis + measurement.unavailableMillis());
        }
    }

    /**
     * Takes in what was not shared before.
     *
     * @param record the feedback by which it became known
     */
    void add(FeedbackRecord record, SharedRequest.News news) {
        empty = false;
        Feedback feedback = record.feedback();
        ShardExchange exchange = exchange(feedback.sla());
        int shard = shard(feedback);
        if (models.contains(feedback.model())) {
            exchange.add(shard, news.prompt(), news.seen());
            if (record.job() != null) {
                noteEnergySource(exchange, shard, record.job());
            }
        }
        if (!Double.isNaN(news.servedScore())) {
            exchange.addServed(shard, news.servedScore());
        }
        mostOutcomes = Math.max(mostOutcomes, exchange.outcomes());
    }

    /** Takes in what an answer took in the end, which the meter reports once. */
    void correct(Correction correction) {
        if (!models.contains(correction.model())) {
            return;
        }
        empty = false;
        ShardExchange exchange = exchange(correction.sla());
        int shard = shard(correction);
        exchange.add(shard, correction.energyCorrection());
        noteEnergySource(exchange, shard, correction);
        mostOutcomes = Math.max(mostOutcomes, exchange.outcomes());
    }

    private static void noteEnergySource(ShardExchange exchange, int shard, JobFeedback feedback) {
        if (feedback.energy().source() != null) {
            exchange.noteEnergySource(shard, feedback.model(), feedback.energy().isEstimated());
        }
    }

    private ShardExchange exchange(String sla) {
        return exchanges.computeIfAbsent(
                sla,
                split -> {
                    SlaRouting shared = config.slas().get(split);
                    return new ShardExchange(shared.sla(), shared.rule());
                });
    }

    private int shard(Feedback feedback) {
        return Shards.index(feedback.requestId(), shards.keys(feedback.sla()).length);
    }

    boolean isEmpty() {
        return empty;
    }

    /** The most labels and measurements that wait for one SLA. */
    long mostOutcomes() {
        return mostOutcomes;
    }

    /** Sends everything: at most one element to each shard. */
    void drainTo(Consumer<ShardFeedback> out) {
        mostOutcomes = 0;
        empty = true;
        exchanges.forEach(
                (sla, exchange) -> {
                    String[] keys = shards.keys(sla);
                    OutcomeSums[] ofOthers = exchange.drain();
                    for (int shard = 0; shard < keys.length; shard++) {
                        if (ofOthers[shard] != null) {
                            out.accept(ShardFeedback.ofOthers(keys[shard], ofOthers[shard]));
                        }
                    }
                });
    }
}
