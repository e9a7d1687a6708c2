package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Observation;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Label;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.route.FeedbackBundle;
import dev.messplus.route.RouteOperator;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.share.ShardFeedback;
import dev.messplus.route.share.ShareOperator;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/**
 * The routing of one SLA without a cluster, on RocksDB: a subtask of the operator, which has all
 * shards, and one of the function that has the shards learn of each other's requests.
 */
final class RoutingSubtask implements AutoCloseable {

    static final String SLA = "gold";

    /** What is left of a subtask at a checkpoint. */
    record Snapshot(OperatorSubtaskState share, OperatorSubtaskState route) {}

    private final RoutingConfig config;
    private final KeyedTwoInputStreamOperatorTestHarness<
                    String, EmbeddedRequest, FeedbackRecord, ShardFeedback>
            share;
    private final KeyedTwoInputStreamOperatorTestHarness<
                    String, EmbeddedRequest, FeedbackBundle, RoutedRequest>
            route;

    /** A subtask that goes on from a snapshot. */
    RoutingSubtask(RoutingConfig config, Snapshot snapshot) throws Exception {
        this.config = config;
        share =
                open(
                        new ShareOperator(config),
                        request -> idOf(request.request().id()),
                        record -> idOf(record.feedback().requestId()),
                        snapshot.share());
        route =
                open(
                        new RouteOperator(config),
                        EmbeddedRequest::key,
                        FeedbackBundle::key,
                        snapshot.route());
        // Requests have no clock: the time is that of the feedback.
        route.processWatermarkStatus1(WatermarkStatus.IDLE);
    }

    /** A subtask that knows nothing. */
    static RoutingSubtask start(RoutingConfig config) throws Exception {
        return new RoutingSubtask(config, new Snapshot(null, null));
    }

    private static String idOf(String requestId) {
        return ShareOperator.key(SLA, requestId);
    }

    private static <A, B, C> KeyedTwoInputStreamOperatorTestHarness<String, A, B, C> open(
            TwoInputStreamOperator<A, B, C> operator,
            KeySelector<A, String> keyOfFirst,
            KeySelector<B, String> keyOfSecond,
            OperatorSubtaskState snapshot)
            throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        operator, keyOfFirst, keyOfSecond, Types.STRING);
        var rocks = new EmbeddedRocksDBStateBackend();
        // The harness has less memory to manage than RocksDB's least.
        rocks.getMemoryConfiguration().setUseManagedMemory(false);
        harness.setStateBackend(rocks);
        harness.initializeState(snapshot);
        harness.open();
        return harness;
    }

    /**
     * Lets the feedback stream be complete up to a time, and the clock of the shards come to it.
     */
    void advanceTo(long millis) throws Exception {
        route.setProcessingTime(millis);
        route.processWatermark2(new Watermark(millis - 1));
        share.setProcessingTime(millis);
        reportToShards();
    }

    private void reportToShards() throws Exception {
        for (ShardFeedback toShard : output(share)) {
            var bundle = new FeedbackBundle(toShard.key(), List.of(toShard));
            route.processElement2(new StreamRecord<>(bundle));
        }
    }

    RoutedRequest decide(Recorded request) throws Exception {
        var prompt =
                PromptRequestBuilder.builder()
                        .id(request.id())
                        .sla(SLA)
                        .text("text")
                        .messages("[]")
                        .references(List.of())
                        .build();
        EmbeddedRequest embedded =
                EmbeddedRequest.of(prompt, request.features(), request.promptTokens())
                        .withKey(config.shards().key(SLA, request.id()));
        share.processElement1(new StreamRecord<>(embedded));
        route.processElement1(new StreamRecord<>(embedded));
        List<RoutedRequest> decisions = output(route);
        assertThat(decisions).as("one decision for a request").hasSize(1);
        return decisions.get(0);
    }

    void report(Recorded request, Observation seen) throws Exception {
        Feedback feedback =
                Double.isNaN(seen.joules())
                        ? new Label(request.id(), SLA, seen.model(), seen.score(), "user")
                        : MeasurementBuilder.builder()
                                .requestId(request.id())
                                .sla(SLA)
                                .model(seen.model())
                                .score(seen.score())
                                .energy(EnergyBuilder.builder().joules(seen.joules()).build())
                                .served(seen.isServed())
                                .build();
        share.processElement2(new StreamRecord<>(FeedbackRecord.of(feedback)));
        reportToShards();
    }

    private static <T> List<T> output(KeyedTwoInputStreamOperatorTestHarness<?, ?, ?, T> harness) {
        List<T> records = harness.extractOutputValues();
        harness.getOutput().clear();
        return records;
    }

    Snapshot snapshot(long millis) throws Exception {
        share.prepareSnapshotPreBarrier(1);
        reportToShards();
        return new Snapshot(share.snapshot(1, millis), route.snapshot(1, millis));
    }

    @Override
    public void close() throws Exception {
        share.close();
        route.close();
    }
}
