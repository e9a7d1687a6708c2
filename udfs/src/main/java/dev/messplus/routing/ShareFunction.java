package dev.messplus.routing;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets the shards of an SLA learn from each other's requests. It sends feedback to the shard of its
 * request, and what is new in it, with the prompt, to all others. Each label and measurement is
 * shared once, whatever is repeated. Feedback that is read before its request, which is rare, or
 * after everything was shared, goes to the request's own shard alone.
 *
 * <p>It is keyed by request, so it scales with requests. The state {@code request} holds the prompt
 * and what was shared. It is cleared when all labels are in, or after the feedback timeout, in
 * processing time.
 */
public final class ShareFunction
        extends KeyedCoProcessFunction<String, EmbeddedRequest, Feedback, ShardFeedback> {

    private static final long CLEANUP_AFTER_ENTRIES = 10_000;

    private final Shards shards;
    private final String embedding;
    private final long feedbackTimeoutMillis;

    private transient ValueState<SharedRequest> request;

    /** A function for the shards and the feedback timeout of a routing. */
    public ShareFunction(RoutingConfig config) {
        shards = config.shards();
        embedding = config.embedding();
        feedbackTimeoutMillis = config.feedbackTimeoutMillis();
    }

    @Override
    public void open(OpenContext context) {
        var descriptor = new ValueStateDescriptor<>("request", SharedRequest.class);
        descriptor.enableTimeToLive(
                StateTtlConfig.newBuilder(Duration.ofMillis(feedbackTimeoutMillis))
                        .cleanupInRocksdbCompactFilter(CLEANUP_AFTER_ENTRIES)
                        .build());
        request = getRuntimeContext().getState(descriptor);
    }

    /** The key that a request and its feedback have in common. */
    public static String key(String sla, String requestId) {
        return sla + '\n' + requestId;
    }

    @Override
    public void processElement1(
            EmbeddedRequest embedded, Context context, Collector<ShardFeedback> out)
            throws Exception {
        if (request.value() == null) {
            SharedRequest shared = new SharedRequest();
            shared.prompt = embedded.prompt();
            shared.embedding = embedding;
            request.update(shared);
        }
    }

    @Override
    public void processElement2(Feedback feedback, Context context, Collector<ShardFeedback> out)
            throws Exception {
        String own = shards.key(feedback.sla(), feedback.requestId());
        out.collect(ShardFeedback.own(own, feedback));
        SharedRequest shared = request.value();
        if (shared == null && feedback.unavailableMillis() == null) {
            return;
        }
        ShardFeedback news =
                shared == null ? ShardFeedback.unknown(feedback) : shared.news(feedback, embedding);
        for (String key : shards.keys(feedback.sla())) {
            if (!key.equals(own)) {
                out.collect(news.to(key));
            }
        }
        if (shared == null) {
            return;
        }
        if (shared.isComplete()) {
            request.clear();
        } else {
            request.update(shared);
        }
    }
}
