package dev.messplus.job.pipeline;

import dev.messplus.embedding.EmbedFunction;
import dev.messplus.inference.InferFunction;
import dev.messplus.inference.InferenceConfig;
import dev.messplus.job.config.MessConfig;
import dev.messplus.parsing.FeedbackParser;
import dev.messplus.parsing.ParseFunction;
import dev.messplus.parsing.RequestParser;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.routing.FeedbackTurns;
import dev.messplus.routing.RouteFunction;
import dev.messplus.routing.RouteOperator;
import dev.messplus.routing.RoutingConfig;
import dev.messplus.routing.ShardFeedback;
import dev.messplus.routing.Shards;
import dev.messplus.routing.ShareFunction;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job's graph, the same for a cluster, the embedded default and every test.
 *
 * <pre>
 *   requests ─▶ parse ─▶ embed ─▶ keyBy(sla) ─▶ route ─▶ infer (async) ─┬▶ responses
 *                 │                              ▲                      └▶ feedback
 *                 ▼                              │ keyBy(sla)
 *            dead letters ◀──────── parse ◀── feedback
 * </pre>
 */
public final class Pipeline {

    /** Labels are few and small, and the sooner one is read the better the next decision. */
    private static final long FEEDBACK_BUFFER_TIMEOUT_MILLIS = 5;

    private Pipeline() {}

    /** Adds the pipeline to {@code env}. */
    public static void define(StreamExecutionEnvironment env, MessConfig config, Ends ends) {
        SingleOutputStreamOperator<PromptRequest> requests =
                env.fromSource(ends.requests(), untimed(), "requests")
                        .uid("requests")
                        .process(
                                new ParseFunction<>(
                                        new RequestParser(Settings.catalog(config))::parse))
                        .returns(PromptRequest.class)
                        .name("parse requests")
                        .uid("parse-requests");
        SingleOutputStreamOperator<Feedback> feedback =
                env.fromSource(ends.feedback(), FeedbackClock.strategy(), "feedback")
                        .uid("feedback")
                        .process(
                                new ParseFunction<>(
                                        new FeedbackParser(Settings.catalog(config))::parse))
                        .returns(Feedback.class)
                        .name("parse feedback")
                        .uid("parse-feedback")
                        .setBufferTimeout(FEEDBACK_BUFFER_TIMEOUT_MILLIS);

        RoutingConfig routing = Settings.routing(config);
        Shards shards = routing.shards();
        DataStream<EmbeddedRequest> embedded =
                requests.map(new EmbedFunction(config.embedding().model()))
                        .name("embed")
                        .uid("embed")
                        .flatMap(new FeedbackTurns(shards, config.zoo().size()))
                        .returns(EmbeddedRequest.class)
                        .name("turns for feedback")
                        .uid("turns-for-feedback");

        SingleOutputStreamOperator<RoutedRequest> routed =
                embedded.keyBy(EmbeddedRequest::key, Types.STRING)
                        .connect(
                                toShards(embedded, feedback, routing)
                                        .keyBy(ShardFeedback::key, Types.STRING))
                        .transform(
                                "route",
                                TypeInformation.of(RoutedRequest.class),
                                new RouteOperator(new RouteFunction(routing)))
                        .uid("route");

        DataStream<InferenceOutcome> outcomes = infer(routed, config);

        outcomes.map(InferenceOutcome::response)
                .returns(Response.class)
                .name("responses of outcomes")
                .uid("responses-of-outcomes")
                .sinkTo(ends.responses())
                .name("responses")
                .uid("responses");
        outcomes.<Feedback>flatMap((outcome, out) -> outcome.feedback().forEach(out::collect))
                .returns(Feedback.class)
                .name("measurements of outcomes")
                .uid("measurements-of-outcomes")
                .sinkTo(ends.measurements())
                .name("measurements")
                .uid("measurements");
        deadLetters(requests)
                .union(deadLetters(feedback))
                .sinkTo(ends.deadLetters())
                .name("dead letters")
                .uid("dead-letters");
        ends.endOfRun().ifPresent(end -> endRun(routed, end));
    }

    /** Feedback for the shard of its request; where an SLA is split, also for the others. */
    private static DataStream<ShardFeedback> toShards(
            DataStream<EmbeddedRequest> embedded,
            DataStream<Feedback> feedback,
            RoutingConfig routing) {
        Shards shards = routing.shards();
        if (!shards.any()) {
            return feedback.map(told -> ShardFeedback.own(told.sla(), told))
                    .returns(ShardFeedback.class)
                    .name("feedback to SLAs")
                    .uid("feedback-to-slas");
        }
        return embedded.filter(
                        request -> !request.isEmpty() && shards.isSharded(request.request().sla()))
                .name("requests to share")
                .uid("requests-to-share")
                // As a rule before its answer comes back as feedback, soon with a fast model.
                .setBufferTimeout(0)
                .keyBy(
                        request ->
                                ShareFunction.key(request.request().sla(), request.request().id()),
                        Types.STRING)
                .connect(
                        feedback.keyBy(
                                told -> ShareFunction.key(told.sla(), told.requestId()),
                                Types.STRING))
                .process(new ShareFunction(routing))
                .returns(ShardFeedback.class)
                .name("share")
                .uid("share");
    }

    private static DataStream<InferenceOutcome> infer(
            SingleOutputStreamOperator<RoutedRequest> routed, MessConfig config) {
        // Watermarks stop here: the async operator lets no answer overtake one, so that a single
        // slow server would hold up all others.
        DataStream<RoutedRequest> untimed =
                routed.assignTimestampsAndWatermarks(WatermarkStrategy.noWatermarks())
                        .name("stop watermarks")
                        .uid("stop-watermarks");
        InferenceConfig inference = Settings.inference(config);
        return AsyncDataStream.unorderedWait(
                        untimed,
                        new InferFunction(Settings.endpoints(config), inference, Settings.scorer()),
                        inference.operatorTimeoutMillis(),
                        TimeUnit.MILLISECONDS,
                        config.inference().capacity())
                .returns(InferenceOutcome.class)
                .name("infer")
                .uid("infer");
    }

    private static DataStream<DeadLetter> deadLetters(SingleOutputStreamOperator<?> parsed) {
        return parsed.getSideOutput(ParseFunction.DEAD_LETTERS);
    }

    private static void endRun(
            SingleOutputStreamOperator<RoutedRequest> routed, Ends.EndOfRun end) {
        routed.getSideOutput(RouteOperator.DRAINED)
                .process(new EndOfRunFunction(end.partitions()))
                .setParallelism(1)
                .name("end of run")
                .uid("end-of-run")
                .sinkTo(end.markers())
                .setParallelism(1)
                .name("end markers")
                .uid("end-markers");
    }

    /**
     * Requests carry no time: the only clock is that of the feedback, and must not be held back.
     */
    private static WatermarkStrategy<RawRecord> untimed() {
        return WatermarkStrategy.forGenerator(
                context ->
                        new WatermarkGenerator<>() {
                            @Override
                            public void onEvent(
                                    RawRecord event, long timestamp, WatermarkOutput output) {}

                            @Override
                            public void onPeriodicEmit(WatermarkOutput output) {
                                output.markIdle();
                            }
                        });
    }
}
