package dev.messplus.route.share;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.route.runs.RunHistory;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets the shards of an SLA learn from each other's requests. It sends feedback to the shard of its
 * request at once, and adds up what is new in it for all others, in {@link SharedOutcomes}, which
 * {@link ShareOperator} sends. Each label and measurement is shared once, whatever is repeated.
 * Feedback that is read before its request, which is rare, or after everything was shared, goes to
 * the request's own shard alone. So does feedback for an SLA that is not split, or not configured
 * any more, and measurements that a failure undid.
 *
 * <p>It is keyed by request, so it scales with requests. The state {@code request} holds the prompt
 * and what was shared. It is cleared when all labels are in, or after the feedback timeout, in
 * processing time.
 */
public final class ShareFunction
        extends KeyedCoProcessFunction<String, EmbeddedRequest, FeedbackRecord, ShardFeedback> {

    /**
     * Entries after which RocksDB, when it compacts, reads the clock again to find what has
     * expired. Flink's default of 1,000 calls Java more often than requests expire.
     */
    private static final long CLEANUP_AFTER_ENTRIES = 10_000;

    private final SharingConfig config;
    private final Shards shards;

    private transient ValueState<SharedRequest> request;
    private transient SharedOutcomes news;
    private transient RunHistory starts;

    /** A function for the shards of some SLAs. */
    public ShareFunction(SharingConfig config) {
        this.config = config;
        shards = config.shards();
    }

    @Override
    public void open(OpenContext context) {
        var descriptor = new ValueStateDescriptor<>("request", SharedRequest.class);
        descriptor.enableTimeToLive(
                StateTtlConfig.newBuilder(Duration.ofMillis(config.feedbackTimeoutMillis()))
                        .cleanupInRocksdbCompactFilter(CLEANUP_AFTER_ENTRIES)
                        .build());
        request = getRuntimeContext().getState(descriptor);
        news = new SharedOutcomes(config);
    }

    /** The key that a request and its feedback have in common. */
    public static String key(String sla, String requestId) {
        return sla + '\n' + requestId;
    }

    /** Says which starts the job had, before the first element. */
    void begin(RunHistory jobStarts) {
        starts = jobStarts;
    }

    /** What is to be sent to other shards. */
    SharedOutcomes news() {
        return news;
    }

    @Override
    public void processElement1(
            EmbeddedRequest embedded, Context context, Collector<ShardFeedback> out)
            throws Exception {
        if (shards.isSharded(embedded.request().sla()) && request.value() == null) {
            SharedRequest shared = new SharedRequest();
            shared.prompt = embedded.prompt();
            shared.embedding = config.embedding();
            request.update(shared);
        }
    }

    @Override
    public void processElement2(
            FeedbackRecord record, Context context, Collector<ShardFeedback> out) throws Exception {
        Feedback feedback = record.feedback();
        String own = shards.key(feedback.sla(), feedback.requestId());
        out.collect(ShardFeedback.own(own, record));
        if (!shards.isKnown(feedback.sla())) {
            request.clear();
        }
        if (!shards.isSharded(feedback.sla())) {
            return;
        }
        if (record.job() != null && starts.undid(record.job())) {
            return;
        }
        if (record.correction() != null) {
            news.correct(record.correction());
            return;
        }
        if (record.measurement() != null) {
            news.markUnavailable(
                    record.measurement(), context.timerService().currentProcessingTime());
        }
        SharedRequest shared = request.value();
        if (shared == null) {
            return;
        }
        news.add(record, shared.news(record, config.embedding()));
        if (shared.isComplete()) {
            request.clear();
        } else {
            request.update(shared);
        }
    }
}
