package dev.messplus.job.pipeline;

import dev.messplus.embed.EmbedFunction;
import dev.messplus.infer.InferOperatorFactory;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.ParallelismSection;
import dev.messplus.parse.Catalog;
import dev.messplus.parse.DecodedRecords;
import dev.messplus.parse.FeedbackParser;
import dev.messplus.parse.MeasurementParser;
import dev.messplus.parse.ParseFunction;
import dev.messplus.parse.Refusal;
import dev.messplus.parse.RequestParseOperator;
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
 *     │   └─▶ refusals of dead letters ─▶ refusals         │
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
 *       split, {@code feedback to SLAs} and {@code measurements to SLAs} take its place, without a
 *       redistribution, and {@code requests to share} is left out.
 *   <li>{@code measurements} writes to the topic that {@code measurements source} reads. {@code
 *       feedback} reads what others write.
 *   <li>{@code end of run} and {@code end markers} exist in a bounded run. The markers go to the
 *       topic that {@code measurements source} reads, and end it and {@code feedback}.
 * </ul>
 */
public final class Pipeline {

    private final StreamExecutionEnvironment env;
    private final MessConfig config;
    private final Connectors connectors;
    private final Catalog catalog;
    private final RoutingConfig routing;
    private final ParallelismSection subtasks;

    private Pipeline(StreamExecutionEnvironment env, MessConfig config, Connectors connectors) {
        this.env = env;
        this.config = config;
        this.connectors = connectors;
        catalog = Settings.catalog(config);
        routing = Settings.routing(config, env);
        subtasks = config.parallelism().in(env.getParallelism());
    }

    /** Adds the pipeline between {@code connectors} to {@code env}. */
    public static void define(
            StreamExecutionEnvironment env, MessConfig config, Connectors connectors) {
        new Pipeline(env, config, connectors).define();
    }

    private void define() {
        var requests =
                parseRequests(
                        read(connectors.requests().source(), alwaysIdle(), Operator.REQUESTS));
        var feedback =
                readLabels(
                        connectors.feedback().source(),
                        Operator.FEEDBACK,
                        DecodedRecords.of(
                                connectors.feedback().format(),
                                labels(new FeedbackParser(catalog)::parse)),
                        Operator.PARSE_FEEDBACK);
        var measurements =
                readLabels(
                        connectors.measurements().source(),
                        Operator.MEASUREMENTS_SOURCE,
                        labels(new MeasurementParser(catalog)::parse),
                        Operator.PARSE_MEASUREMENTS);
        var embedded = embed(requests);
        var routed = route(embedded, bundle(toShards(embedded, feedback, measurements)));
        var outcomes = infer(routed);

        writeResponses(outcomes);
        writeRefusals(requests.getSideOutput(ParseFunction.DEAD_LETTERS));
        writeMeasurements(outcomes);
        Operator.DEAD_LETTERS.on(
                requests.getSideOutput(ParseFunction.DEAD_LETTERS)
                        .union(
                                feedback.getSideOutput(ParseFunction.DEAD_LETTERS),
                                measurements.getSideOutput(ParseFunction.DEAD_LETTERS))
                        .sinkTo(connectors.deadLetters()),
                subtasks.sources());
        connectors.endOfRun().ifPresent(end -> endRun(routed, end));
    }

    private DataStream<RawRecord> read(
            Source<RawRecord, ?, ?> source, WatermarkStrategy<RawRecord> clock, Operator operator) {
        return operator.on(
                env.fromSource(source, clock, operator.displayName()), subtasks.sources());
    }

    private <T> SingleOutputStreamOperator<T> parse(
            DataStream<RawRecord> raw,
            ParseFunction.Parser<T> parser,
            Class<T> type,
            Operator operator) {
        return operator.on(
                raw.process(new ParseFunction<>(parser)).returns(type), subtasks.sources());
    }

    private SingleOutputStreamOperator<PromptRequest> parseRequests(DataStream<RawRecord> raw) {
        return Operator.PARSE_REQUESTS.on(
                raw.transform(
                        Operator.PARSE_REQUESTS.displayName(),
                        TypeInformation.of(PromptRequest.class),
                        new RequestParseOperator(
                                new ParseFunction<>(requestParser()), Operator.REQUESTS.uid())),
                subtasks.sources());
    }

    private ParseFunction.Parser<PromptRequest> requestParser() {
        ParseFunction.Parser<PromptRequest> parser =
                DecodedRecords.of(
                        connectors.requests().format(), new RequestParser(catalog)::parse);
        TracingConfig tracing = Settings.tracing(config);
        return tracing == null ? parser : new TracedRequests(parser, tracing);
    }

    private SingleOutputStreamOperator<FeedbackRecord> readLabels(
            Source<RawRecord, ?, ?> source,
            Operator reads,
            ParseFunction.Parser<FeedbackRecord> parser,
            Operator parses) {
        return parse(
                read(source, WatermarkStrategy.noWatermarks(), reads),
                parser,
                FeedbackRecord.class,
                parses);
    }

    private static ParseFunction.Parser<FeedbackRecord> labels(
            ParseFunction.Parser<? extends Feedback> parser) {
        return (record, ignored) -> {
            Feedback feedback = parser.parse(record, ignored);
            return feedback == null ? null : FeedbackRecord.of(feedback);
        };
    }

    private DataStream<EmbeddedRequest> embed(DataStream<PromptRequest> requests) {
        Shards shards = routing.shards();
        var embed =
                new EmbedFunction(
                        config.embedding().model(),
                        request -> shards.key(request.sla(), request.id()));
        // Requests that share a partition are embedded by every subtask.
        return Operator.EMBED.on(
                requests.rebalance().map(embed).returns(EmbeddedRequest.class), subtasks.embed());
    }

    /**
     * Addresses feedback to the shard that decided its request and, if the SLA has several shards,
     * to the other ones as well.
     */
    private DataStream<ShardFeedback> toShards(
            DataStream<EmbeddedRequest> embedded,
            DataStream<FeedbackRecord> feedback,
            DataStream<FeedbackRecord> measurements) {
        // Before the union, which no chain goes across.
        return routing.shards().any()
                ? share(embedded, feedback.union(measurements))
                : toSlas(feedback, Operator.FEEDBACK_TO_SLAS)
                        .union(toSlas(measurements, Operator.MEASUREMENTS_TO_SLAS));
    }

    private DataStream<ShardFeedback> toSlas(
            DataStream<FeedbackRecord> feedback, Operator operator) {
        return operator.on(
                feedback.map(record -> ShardFeedback.own(record.feedback().sla(), record))
                        .returns(ShardFeedback.class),
                subtasks.sources());
    }

    private DataStream<ShardFeedback> share(
            DataStream<EmbeddedRequest> embedded, DataStream<FeedbackRecord> feedback) {
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

    private DataStream<FeedbackBundle> bundle(DataStream<ShardFeedback> feedback) {
        var byShard = feedback.keyBy(ShardFeedback::key, Types.STRING).getTransformation();
        // Partitioned by key, but not a keyed stream: without keyed state, no RocksDB is opened.
        var partitioned = new DataStream<>(env, byShard);
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

    private SingleOutputStreamOperator<RoutedRequest> route(
            DataStream<EmbeddedRequest> embedded, DataStream<FeedbackBundle> feedback) {
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

    private DataStream<InferenceOutcome> infer(DataStream<RoutedRequest> routed) {
        // Requests of one SLA are called for by every subtask.
        return Operator.INFER.on(
                routed.rebalance()
                        .transform(
                                Operator.INFER.displayName(),
                                TypeInformation.of(InferenceOutcome.class),
                                new InferOperatorFactory(
                                        Settings.endpoints(config),
                                        Settings.inference(
                                                config, connectors.endOfRun().isPresent()),
                                        Settings.scoring(config))),
                subtasks.infer());
    }

    private void writeResponses(DataStream<InferenceOutcome> outcomes) {
        FlatMapFunction<InferenceOutcome, Response> response =
                (outcome, out) -> {
                    if (outcome.response() != null) {
                        out.collect(outcome.response());
                    }
                };
        Operator.RESPONSES.on(
                Operator.RESPONSES_OF_OUTCOMES
                        .on(outcomes.flatMap(response).returns(Response.class), subtasks.infer())
                        .sinkTo(connectors.responses().answers()),
                subtasks.infer());
    }

    private void writeRefusals(DataStream<DeadLetter> refused) {
        Operator.REFUSALS.on(
                Operator.REFUSALS_OF_DEAD_LETTERS
                        .on(refused.map(new Refusal()).returns(Response.class), subtasks.sources())
                        .sinkTo(connectors.responses().refusals()),
                subtasks.sources());
    }

    private void writeMeasurements(DataStream<InferenceOutcome> outcomes) {
        var measured =
                outcomes.transform(
                        Operator.MEASUREMENTS_OF_OUTCOMES.displayName(),
                        TypeInformation.of(FeedbackRecord.class),
                        new MeasurementOperator());
        Operator.MEASUREMENTS.on(
                Operator.MEASUREMENTS_OF_OUTCOMES
                        .on(measured, subtasks.infer())
                        .sinkTo(connectors.measurements().sink()),
                subtasks.infer());
    }

    private static void endRun(
            SingleOutputStreamOperator<RoutedRequest> routed, Connectors.EndOfRun end) {
        // All reports go to one subtask, even if a scheduler starts more of them.
        var ended =
                routed.getSideOutput(RouteOperator.DRAINED)
                        .global()
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
