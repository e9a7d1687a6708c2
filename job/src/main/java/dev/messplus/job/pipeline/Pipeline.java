package dev.messplus.job.pipeline;

import dev.messplus.embed.EmbedFunction;
import dev.messplus.infer.InferOperatorFactory;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.ParallelismSection;
import dev.messplus.parse.Catalog;
import dev.messplus.parse.FeedbackParser;
import dev.messplus.parse.MeasurementParser;
import dev.messplus.parse.ParseFunction;
import dev.messplus.parse.RequestParser;
import dev.messplus.parse.TracedRequests;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.FeedbackBundle;
import dev.messplus.route.FeedbackBundler;
import dev.messplus.route.RouteOperator;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.Shards;
import dev.messplus.route.runs.MeasurementOperator;
import dev.messplus.route.share.ShardFeedback;
import dev.messplus.route.share.ShareOperator;
import dev.messplus.trace.TracingConfig;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job's graph, the same on a cluster, in the embedded default and in every test.
 *
 * <pre>
 *  requests                                    feedback    measurements source
 *     │                                            │              │
 *     ▼                                            ▼              ▼
 *  parse requests ─▶ dead letters ◀─── parse feedback, parse measurements
 *     │                                                    │
 *  ⇄ evenly                                            ⇄ request
 *     ▼                                                    ▼
 *   embed ──▶ requests to share ──▶ ⇄ request ──────────▶ share
 *     │                                                    │
 *     │                                                 ⇄ shard
 *     │                                                    ▼
 *     │                                              bundle feedback
 *     │                                                    │
 *  ⇄ shard                                              ⇄ shard
 *     ▼                                                    │
 *   route ◀────────────────────────────────────────────────┘
 *     │  └┄┄(drained)┄┄▶ ⇄ end of run ─▶ end markers
 *  ⇄ evenly
 *     ▼
 *   infer ─┬▶ responses of outcomes ────▶ responses
 *          └▶ measurements of outcomes ─▶ measurements
 * </pre>
 *
 * <p>Operators have the names that the web UI shows. ⇄ marks a redistribution: by the key that
 * follows it, evenly over all subtasks, or to the one subtask of {@code end of run}.
 *
 * <ul>
 *   <li>{@code bundle feedback} bundles it by shard, so that {@code route}, which reads its two
 *       inputs in turn, keeps up with it.
 *   <li>{@code share} exists if an SLA is split into shards. It joins feedback with the request it
 *       belongs to, and sends sums of what is new in it to the SLA's other shards. If no SLA is
 *       split, {@code feedback to SLAs} takes its place, without a redistribution, and {@code
 *       requests to share} is left out.
 *   <li>{@code measurements} writes to the topic that {@code measurements source} reads. {@code
 *       feedback} reads what others write.
 *   <li>{@code end of run} and {@code end markers} exist in a bounded run. The markers go to the
 *       topic that {@code measurements source} reads, and end it and {@code feedback}.
 * </ul>
 */
public final class Pipeline {

    private Pipeline() {}

    /** Adds the pipeline between {@code connectors} to {@code env}. */
    public static void define(
            StreamExecutionEnvironment env, MessConfig config, Connectors connectors) {
        Catalog catalog = Settings.catalog(config);
        RoutingConfig routing = Settings.routing(config, env);
        ParallelismSection subtasks = config.parallelism().in(env.getParallelism());

        SingleOutputStreamOperator<PromptRequest> requests =
                readRequests(
                        env,
                        connectors.requests(),
                        requestParser(catalog, Settings.tracing(config)),
                        subtasks);
        SingleOutputStreamOperator<FeedbackRecord> feedback =
                readLabels(
                        read(env, connectors.feedback(), Operator.FEEDBACK, subtasks),
                        new FeedbackParser(catalog)::parse,
                        Operator.PARSE_FEEDBACK);
        SingleOutputStreamOperator<FeedbackRecord> measurements =
                readLabels(
                        read(
                                env,
                                connectors.measurements().source(),
                                Operator.MEASUREMENTS_SOURCE,
                                subtasks),
                        new MeasurementParser(catalog)::parse,
                        Operator.PARSE_MEASUREMENTS);
        DataStream<EmbeddedRequest> embedded =
                embed(requests, config.embedding().model(), routing, subtasks);
        DataStream<ShardFeedback> labels =
                toShards(embedded, feedback.union(measurements), routing, subtasks);
        SingleOutputStreamOperator<RoutedRequest> routed =
                route(embedded, bundle(labels, subtasks), routing, subtasks);
        DataStream<InferenceOutcome> outcomes = infer(routed, config, subtasks);

        writeResponses(outcomes, connectors.responses());
        writeMeasurements(outcomes, connectors.measurements().sink());
        writeDeadLetters(connectors.deadLetters(), requests, feedback, measurements);
        connectors.endOfRun().ifPresent(end -> endRun(routed, end));
    }

    private static SingleOutputStreamOperator<PromptRequest> readRequests(
            StreamExecutionEnvironment env,
            Source<RawRecord, ?, ?> source,
            ParseFunction.Parser<PromptRequest> parser,
            ParallelismSection subtasks) {
        SingleOutputStreamOperator<RawRecord> raw =
                Operator.REQUESTS.on(
                        env.fromSource(source, alwaysIdle(), Operator.REQUESTS.displayName()),
                        subtasks.sources());
        return Operator.PARSE_REQUESTS.on(
                raw.process(new ParseFunction<>(parser)).returns(PromptRequest.class),
                subtasks.sources());
    }

    private static ParseFunction.Parser<PromptRequest> requestParser(
            Catalog catalog, TracingConfig tracing) {
        RequestParser parser = new RequestParser(catalog);
        return tracing == null ? parser::parse : new TracedRequests(parser, tracing);
    }

    private static DataStream<RawRecord> read(
            StreamExecutionEnvironment env,
            Source<RawRecord, ?, ?> source,
            Operator operator,
            ParallelismSection subtasks) {
        return operator.on(
                env.fromSource(source, FeedbackClock.strategy(), operator.displayName()),
                subtasks.sources());
    }

    private static SingleOutputStreamOperator<FeedbackRecord> readLabels(
            DataStream<RawRecord> raw,
            ParseFunction.Parser<? extends Feedback> parser,
            Operator operator) {
        ParseFunction.Parser<FeedbackRecord> tagging =
                (record, ignored) -> {
                    Feedback feedback = parser.parse(record, ignored);
                    return feedback == null ? null : FeedbackRecord.of(feedback);
                };
        return operator.on(
                raw.process(new ParseFunction<>(tagging)).returns(FeedbackRecord.class),
                raw.getParallelism());
    }

    private static DataStream<EmbeddedRequest> embed(
            DataStream<PromptRequest> requests,
            String model,
            RoutingConfig routing,
            ParallelismSection subtasks) {
        Shards shards = routing.shards();
        // Requests that share a partition are embedded by every subtask.
        var embed = new EmbedFunction(model, request -> shards.key(request.sla(), request.id()));
        return Operator.EMBED.on(
                requests.rebalance().map(embed).returns(EmbeddedRequest.class), subtasks.embed());
    }

    /**
     * Addresses feedback to the shard that decided its request and, if the SLA has several shards,
     * to the other ones as well.
     */
    private static DataStream<ShardFeedback> toShards(
            DataStream<EmbeddedRequest> embedded,
            DataStream<FeedbackRecord> feedback,
            RoutingConfig routing,
            ParallelismSection subtasks) {
        return routing.shards().any()
                ? share(embedded, feedback, routing, subtasks)
                : Operator.FEEDBACK_TO_SLAS.on(
                        feedback.map(record -> ShardFeedback.own(record.feedback().sla(), record))
                                .returns(ShardFeedback.class),
                        subtasks.sources());
    }

    private static DataStream<ShardFeedback> share(
            DataStream<EmbeddedRequest> embedded,
            DataStream<FeedbackRecord> feedback,
            RoutingConfig routing,
            ParallelismSection subtasks) {
        Shards shards = routing.shards();
        FlatMapFunction<EmbeddedRequest, EmbeddedRequest> toShare =
                (record, out) -> {
                    if (shards.isSharded(record.request().sla())) {
                        out.collect(record.withoutContent());
                    }
                };
        DataStream<EmbeddedRequest> requests =
                Operator.REQUESTS_TO_SHARE
                        .on(
                                embedded.flatMap(toShare).returns(EmbeddedRequest.class),
                                subtasks.embed())
                        // Sent at once, because feedback that arrives before its request is not
                        // shared.
                        .setBufferTimeout(0);
        var byRequest =
                requests.keyBy(
                        record -> ShareOperator.key(record.request().sla(), record.request().id()),
                        Types.STRING);
        var feedbackByRequest =
                feedback.keyBy(
                        record ->
                                ShareOperator.key(
                                        record.feedback().sla(), record.feedback().requestId()),
                        Types.STRING);
        return Operator.SHARE
                .on(
                        byRequest
                                .connect(feedbackByRequest)
                                .transform(
                                        Operator.SHARE.displayName(),
                                        TypeInformation.of(ShardFeedback.class),
                                        new ShareOperator(routing)),
                        subtasks.route())
                .setMaxParallelism(Shards.MAX);
    }

    private static DataStream<FeedbackBundle> bundle(
            DataStream<ShardFeedback> feedback, ParallelismSection subtasks) {
        var byShard = feedback.keyBy(ShardFeedback::key, Types.STRING).getTransformation();
        // Partitioned by key, but not a keyed stream: without keyed state, no RocksDB is opened.
        var partitioned = new DataStream<>(feedback.getExecutionEnvironment(), byShard);
        return Operator.BUNDLE_FEEDBACK
                .on(
                        partitioned.transform(
                                Operator.BUNDLE_FEEDBACK.displayName(),
                                TypeInformation.of(FeedbackBundle.class),
                                new FeedbackBundler()),
                        subtasks.route())
                .setMaxParallelism(Shards.MAX)
                // A bundle has waited already.
                .setBufferTimeout(0);
    }

    private static SingleOutputStreamOperator<RoutedRequest> route(
            DataStream<EmbeddedRequest> embedded,
            DataStream<FeedbackBundle> feedback,
            RoutingConfig routing,
            ParallelismSection subtasks) {
        return Operator.ROUTE
                .on(
                        embedded.keyBy(EmbeddedRequest::key, Types.STRING)
                                .connect(feedback.keyBy(FeedbackBundle::key, Types.STRING))
                                .transform(
                                        Operator.ROUTE.displayName(),
                                        TypeInformation.of(RoutedRequest.class),
                                        new RouteOperator(routing)),
                        subtasks.route())
                // Shards are placed among this many key groups.
                .setMaxParallelism(Shards.MAX);
    }

    private static DataStream<InferenceOutcome> infer(
            DataStream<RoutedRequest> routed, MessConfig config, ParallelismSection subtasks) {
        // Requests of one SLA are called for by every subtask.
        return Operator.INFER.on(
                routed.rebalance()
                        .transform(
                                Operator.INFER.displayName(),
                                TypeInformation.of(InferenceOutcome.class),
                                new InferOperatorFactory(
                                        Settings.endpoints(config),
                                        Settings.inference(config),
                                        Settings.scorer())),
                subtasks.infer());
    }

    private static void writeResponses(
            DataStream<InferenceOutcome> outcomes, Sink<Response> responses) {
        FlatMapFunction<InferenceOutcome, Response> response =
                (outcome, out) -> {
                    if (outcome.response() != null) {
                        out.collect(outcome.response());
                    }
                };
        int parallelism = outcomes.getParallelism();
        Operator.RESPONSES.on(
                Operator.RESPONSES_OF_OUTCOMES
                        .on(outcomes.flatMap(response).returns(Response.class), parallelism)
                        .sinkTo(responses),
                parallelism);
    }

    private static void writeMeasurements(
            DataStream<InferenceOutcome> outcomes, Sink<FeedbackRecord> measurements) {
        int parallelism = outcomes.getParallelism();
        var measured =
                outcomes.transform(
                        Operator.MEASUREMENTS_OF_OUTCOMES.displayName(),
                        TypeInformation.of(FeedbackRecord.class),
                        new MeasurementOperator());
        Operator.MEASUREMENTS.on(
                Operator.MEASUREMENTS_OF_OUTCOMES.on(measured, parallelism).sinkTo(measurements),
                parallelism);
    }

    private static void writeDeadLetters(
            Sink<DeadLetter> deadLetters,
            SingleOutputStreamOperator<?> requests,
            SingleOutputStreamOperator<?> feedback,
            SingleOutputStreamOperator<?> measurements) {
        Operator.DEAD_LETTERS.on(
                requests.getSideOutput(ParseFunction.DEAD_LETTERS)
                        .union(
                                feedback.getSideOutput(ParseFunction.DEAD_LETTERS),
                                measurements.getSideOutput(ParseFunction.DEAD_LETTERS))
                        .sinkTo(deadLetters),
                requests.getParallelism());
    }

    private static void endRun(
            SingleOutputStreamOperator<RoutedRequest> routed, Connectors.EndOfRun end) {
        var ended =
                routed.getSideOutput(RouteOperator.DRAINED)
                        .process(new EndOfRunFunction(end.partitions()));
        Operator.END_MARKERS.on(Operator.END_OF_RUN.on(ended, 1).sinkTo(end.markers()), 1);
    }

    /**
     * Requests have no event time. Their stream is always idle, so that the watermarks of {@code
     * route} are those of the feedback alone.
     */
    private static WatermarkStrategy<RawRecord> alwaysIdle() {
        return WatermarkStrategy.forGenerator(
                context ->
                        new WatermarkGenerator<>() {
                            @Override
                            public void onEvent(
                                    RawRecord event,
                                    long timestampMillis,
                                    WatermarkOutput output) {}

                            @Override
                            public void onPeriodicEmit(WatermarkOutput output) {
                                output.markIdle();
                            }
                        });
    }
}
