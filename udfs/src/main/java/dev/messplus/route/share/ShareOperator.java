package dev.messplus.route.share;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Label;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.Shards;
import dev.messplus.route.runs.RunHistory;
import java.time.Duration;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Lets the shards of an SLA learn from each other's requests. It sends feedback to the shard of its
 * request at once, and adds up what is new in it for all others, in {@link SharedOutcomes}. Each
 * label and measurement is shared once, whatever is repeated. Feedback that is read before its
 * request, which is rare, or after everything was shared, goes to the request's own shard alone. So
 * does feedback for an SLA that is not split, or not configured any more, and measurements that a
 * failure undid.
 *
 * <p>It sends what it adds up on a clock, before every checkpoint, so that it keeps none in state,
 * and at the end of the feedback. What sending costs does not depend on the number of labels, so
 * with twice the labels a second each costs half as much. Subtasks take turns within an interval,
 * so that a shard does not get the sums of all of them at once.
 *
 * <p>It is keyed by request, so it scales with requests. The state {@code request} holds the prompt
 * and what was shared. It is cleared when all labels are in, or after the feedback timeout, in
 * processing time.
 */
public final class ShareOperator extends AbstractStreamOperator<ShardFeedback>
        implements TwoInputStreamOperator<EmbeddedRequest, FeedbackRecord, ShardFeedback>,
                BoundedMultiInput {

    /**
     * Time between two exchanges of the shards of an SLA, in milliseconds. With answers that take
     * two seconds, 1,024 in flight and eight shards, energy is .79, as against .76 with an exchange
     * at every label, .84 with a second and 1.00 with five. With less, sums are of fewer labels,
     * and each label costs more.
     */
    public static final long EXCHANGE_INTERVAL_MILLIS = 250;

    /**
     * Labels and measurements of an SLA that a subtask sends without waiting for the clock. From
     * that many on, sending them costs far less than adding them up did.
     */
    public static final long MAX_OUTCOMES = 10_000;

    /**
     * Entries after which RocksDB, when it compacts, reads the clock again to find what has
     * expired. Flink's default of 1,000 calls Java more often than requests expire.
     */
    private static final long CLEANUP_AFTER_ENTRIES = 10_000;

    private static final int FEEDBACK = 2;

    private final RoutingConfig config;
    private final Shards shards;

    private transient ValueState<SharedRequest> request;
    private transient SharedOutcomes news;
    private transient RunHistory starts;
    private transient boolean scheduled;

    /** An operator for the shards of some SLAs. */
    public ShareOperator(RoutingConfig config) {
        this.config = config;
        shards = config.shards();
    }

    /** The key that a request and its feedback have in common. */
    public static String key(String sla, String requestId) {
        return sla + '\n' + requestId;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        starts = RunHistory.begin(context, getContainingTask().getEnvironment());
    }

    @Override
    public void open() throws Exception {
        super.open();
        var descriptor = new ValueStateDescriptor<>("request", SharedRequest.class);
        descriptor.enableTimeToLive(
                StateTtlConfig.newBuilder(Duration.ofMillis(config.feedbackTimeoutMillis()))
                        .cleanupInRocksdbCompactFilter(CLEANUP_AFTER_ENTRIES)
                        .build());
        request = getRuntimeContext().getState(descriptor);
        news = new SharedOutcomes(config);
    }

    @Override
    public void processElement1(StreamRecord<EmbeddedRequest> element) throws Exception {
        EmbeddedRequest embedded = element.getValue();
        if (shards.isSharded(embedded.request().sla()) && request.value() == null) {
            SharedRequest shared = new SharedRequest();
            shared.prompt = embedded.prompt();
            shared.embedding = config.embedding();
            request.update(shared);
        }
    }

    @Override
    public void processElement2(StreamRecord<FeedbackRecord> element) throws Exception {
        FeedbackRecord record = element.getValue();
        Feedback feedback = record.feedback();
        String own = shards.key(feedback.sla(), feedback.requestId());
        output.collect(element.replace(ShardFeedback.own(own, record)));
        if (!shards.isKnown(feedback.sla())) {
            request.clear();
        }
        if (shards.isSharded(feedback.sla())
                && (record.job() == null || !starts.undid(record.job()))) {
            share(record);
        }
        if (news.mostOutcomes() >= MAX_OUTCOMES) {
            send();
        } else if (!scheduled && !news.isEmpty()) {
            scheduled = true;
            getProcessingTimeService().registerTimer(nextExchangeMillis(), this::onClock);
        }
    }

    private void share(FeedbackRecord record) throws Exception {
        if (record.correction() != null) {
            news.correct(record.correction());
            return;
        }
        if (record.measurement() != null) {
            news.markUnavailable(record.measurement(), nowMillis());
        }
        SharedRequest shared = request.value();
        if (shared == null || record.label() != null && isJudged(record.label())) {
            return;
        }
        news.add(record, shared.news(record, config.embedding()));
        if (shared.isComplete()) {
            request.clear();
        } else {
            request.update(shared);
        }
    }

    /** Whether the rating is an audit, which only the shard of the request learns from. */
    private boolean isJudged(Label rating) {
        return config.slas().get(rating.sla()).sla().labels().isJudged();
    }

    private void onClock(long timestampMillis) {
        scheduled = false;
        send();
    }

    private long nextExchangeMillis() {
        var task = getRuntimeContext().getTaskInfo();
        long turn =
                EXCHANGE_INTERVAL_MILLIS
                        * task.getIndexOfThisSubtask()
                        / task.getNumberOfParallelSubtasks();
        long nowMillis = nowMillis();
        return nowMillis
                - Math.floorMod(nowMillis - turn, EXCHANGE_INTERVAL_MILLIS)
                + EXCHANGE_INTERVAL_MILLIS;
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        send();
    }

    @Override
    public void endInput(int input) {
        if (input == FEEDBACK) {
            send();
        }
    }

    private void send() {
        news.drainTo(sums -> output.collect(new StreamRecord<>(sums)));
    }

    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }
}
