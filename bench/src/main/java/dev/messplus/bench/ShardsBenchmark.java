package dev.messplus.bench;

import dev.messplus.core.Sla;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.FeedbackBundle;
import dev.messplus.route.FeedbackBundler;
import dev.messplus.route.RouteFunction;
import dev.messplus.route.RouteOperator;
import dev.messplus.route.RoutingConfig;
import dev.messplus.route.RoutingConfig.SlaRouting;
import dev.messplus.route.RoutingConfig.ZooModel;
import dev.messplus.route.share.ShardFeedback;
import dev.messplus.route.share.Shards;
import dev.messplus.route.share.ShareFunction;
import dev.messplus.route.share.ShareOperator;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Measures what a label of one SLA costs with more and more shards: the processor time of the tasks
 * {@code share} and {@code route} over the labels that they took in, decisions included.
 *
 * <p>Requests are decided over four models and labelled at once, in one JVM without Kafka: what
 * {@code route} decides comes back as feedback through a queue. The machine is saturated, or {@code
 * shards.perSecond} limits the requests.
 */
final class ShardsBenchmark {

    private static final String SLA = "gold";
    private static final int DIMENSIONS = 42;
    private static final int MODELS = 4;
    private static final int PROMPTS = 256;
    private static final int PARALLELISM = 2;
    private static final long MOST_IN_FLIGHT = 2_000;
    private static final long SAMPLE_MILLIS = 50;

    private static final OutputTag<FeedbackRecord> FEEDBACK =
            new OutputTag<>("feedback", TypeInformation.of(FeedbackRecord.class));

    /** What was decided and not told yet. It ties the end of the graph to its start. */
    private static final Queue<FeedbackRecord> DECIDED = new ConcurrentLinkedQueue<>();

    private static final AtomicLong SENT = new AtomicLong();
    private static final AtomicLong ANSWERED = new AtomicLong();
    private static final AtomicLong LABELS = new AtomicLong();

    private ShardsBenchmark() {}

    /** Runs that many requests with 1, 2, 4 and 8 shards, after a run to warm up. */
    static void run(int requests, int perSecond) throws Exception {
        measure(8, requests / 4, perSecond);
        System.out.printf(
                "%7s %11s %9s %16s %16s %16s%n",
                "shards",
                "labels",
                "labels/s",
                "share us/label",
                "route us/label",
                "both us/label");
        for (int shards : new int[] {1, 2, 4, 8}) {
            System.out.println(measure(shards, requests, perSecond));
        }
    }

    private static String measure(int shards, int requests, int perSecond) throws Exception {
        DECIDED.clear();
        SENT.set(0);
        ANSWERED.set(0);
        LABELS.set(0);
        StreamExecutionEnvironment env = environment();
        define(env, config(shards), requests, perSecond);
        long startNanos = System.nanoTime();
        TaskTimes times = new TaskTimes();
        JobClient job = env.executeAsync();
        var result = job.getJobExecutionResult();
        while (!result.isDone()) {
            times.sample();
            Thread.sleep(SAMPLE_MILLIS);
        }
        result.get();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long labels = LABELS.get();
        double share = times.micros("share") / labels;
        double route = times.micros("route") / labels;
        return "%7d %11d %9.0f %16.1f %16.1f %16.1f"
                .formatted(shards, labels, labels / seconds, share, route, share + route);
    }

    private static StreamExecutionEnvironment environment() {
        Configuration settings = new Configuration();
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
        return StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, settings);
    }

    private static RoutingConfig config(int shards) {
        return new RoutingConfig(
                IntStream.range(0, MODELS).mapToObj(m -> ZooModel.of("model-" + m)).toList(),
                Map.of(
                        SLA,
                        new SlaRouting(
                                Sla.custom(.7).shards(shards).build(),
                                StreamRule.Config.ofDefaults(),
                                0)),
                "bench",
                600_000);
    }

    private static void define(
            StreamExecutionEnvironment env, RoutingConfig config, int requests, int perSecond) {
        Shards shards = config.shards();
        SingleOutputStreamOperator<EmbeddedRequest> embedded =
                env.fromSequence(0, requests - 1)
                        .process(new Sender(config, perSecond))
                        .returns(EmbeddedRequest.class)
                        .name("send");
        DataStream<FeedbackRecord> feedback = embedded.getSideOutput(FEEDBACK);
        DataStream<ShardFeedback> toShards =
                shards.any()
                        ? share(embedded, feedback, config)
                        : feedback.map(record -> ShardFeedback.own(SLA, record))
                                .returns(ShardFeedback.class);
        DataStream<FeedbackBundle> bundles =
                new DataStream<>(
                                env,
                                toShards.keyBy(ShardFeedback::key, Types.STRING)
                                        .getTransformation())
                        .transform(
                                "bundle feedback",
                                TypeInformation.of(FeedbackBundle.class),
                                new FeedbackBundler())
                        .setBufferTimeout(0);
        embedded.keyBy(EmbeddedRequest::key, Types.STRING)
                .connect(bundles.keyBy(FeedbackBundle::key, Types.STRING))
                .transform(
                        "route",
                        TypeInformation.of(RoutedRequest.class),
                        new RouteOperator(new RouteFunction(config)))
                .setMaxParallelism(Shards.MAX)
                .process(new Answerer())
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
    }

    private static DataStream<ShardFeedback> share(
            DataStream<EmbeddedRequest> embedded,
            DataStream<FeedbackRecord> feedback,
            RoutingConfig config) {
        return embedded.keyBy(record -> ShareFunction.key(SLA, record.request().id()), Types.STRING)
                .connect(
                        feedback.keyBy(
                                record -> ShareFunction.key(SLA, record.feedback().requestId()),
                                Types.STRING))
                .transform(
                        "share",
                        TypeInformation.of(ShardFeedback.class),
                        new ShareOperator(new ShareFunction(config.sharing())))
                .setMaxParallelism(Shards.MAX);
    }

    /** Sends a request for each number, and before it the feedback that waits. */
    private static final class Sender extends ProcessFunction<Long, EmbeddedRequest> {

        private final Shards shards;
        private final long nanosPerRequest;

        private transient float[][] features;
        private transient long startNanos;
        private transient long sent;

        Sender(RoutingConfig config, int perSecond) {
            shards = config.shards();
            nanosPerRequest = 1_000_000_000L * PARALLELISM / perSecond;
        }

        @Override
        public void processElement(Long number, Context context, Collector<EmbeddedRequest> out)
                throws InterruptedException {
            if (features == null) {
                features = randomFeatures();
                startNanos = System.nanoTime();
            }
            tell(context);
            while (SENT.get() - ANSWERED.get() > MOST_IN_FLIGHT
                    || System.nanoTime() - startNanos < sent * nanosPerRequest) {
                Thread.sleep(1);
                tell(context);
            }
            SENT.incrementAndGet();
            sent++;
            String id = "r" + number;
            var request =
                    PromptRequestBuilder.builder()
                            .id(id)
                            .sla(SLA)
                            .text("text")
                            .messages("[]")
                            .references(List.of())
                            .build();
            float[] x = features[(int) (number % PROMPTS)];
            out.collect(EmbeddedRequest.of(request, x, 100).withKey(shards.key(SLA, id)));
        }

        private static void tell(Context context) {
            for (FeedbackRecord told = DECIDED.poll(); told != null; told = DECIDED.poll()) {
                context.output(FEEDBACK, told);
            }
        }

        private static float[][] randomFeatures() {
            var random = new SplittableRandom(1);
            float[][] features = new float[PROMPTS][DIMENSIONS];
            for (float[] x : features) {
                for (int i = 0; i < DIMENSIONS; i++) {
                    x[i] = (float) (random.nextGaussian() / Math.sqrt(DIMENSIONS));
                }
            }
            return features;
        }
    }

    /** Answers every request, and scores every answer: a dearer model is right more often. */
    private static final class Answerer extends ProcessFunction<RoutedRequest, Long> {

        @Override
        public void processElement(RoutedRequest routed, Context context, Collector<Long> out) {
            for (int rank = routed.asked() - 1; rank >= 0; rank--) {
                String model = routed.ranking().get(rank);
                int m = model.charAt(model.length() - 1) - '0';
                int draw = (routed.request().id() + model).hashCode() % 10;
                DECIDED.add(
                        FeedbackRecord.of(
                                MeasurementBuilder.builder()
                                        .requestId(routed.request().id())
                                        .sla(SLA)
                                        .model(model)
                                        .score(Math.abs(draw) < 6 + m ? 1.0 : 0.0)
                                        .energy(
                                                EnergyBuilder.builder()
                                                        .joules(Math.pow(4, m))
                                                        .build())
                                        .served(rank == 0)
                                        .decision(routed.decision())
                                        .build()));
                LABELS.incrementAndGet();
            }
            ANSWERED.incrementAndGet();
        }
    }

    /** Processor time of the threads that run tasks. */
    private static final class TaskTimes {

        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final Map<Long, Long> before = new HashMap<>();
        private final Map<Long, Long> nanos = new HashMap<>();
        private final Map<Long, String> names = new HashMap<>();

        TaskTimes() {
            for (long id : threads.getAllThreadIds()) {
                before.put(id, threads.getThreadCpuTime(id));
            }
        }

        void sample() {
            for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
                if (info != null) {
                    long used = threads.getThreadCpuTime(info.getThreadId());
                    names.put(info.getThreadId(), info.getThreadName());
                    nanos.merge(
                            info.getThreadId(),
                            used - before.getOrDefault(info.getThreadId(), 0L),
                            Math::max);
                }
            }
        }

        /** Of all subtasks of a task, whose name begins like this. */
        double micros(String task) {
            return names.entrySet().stream()
                            .filter(entry -> entry.getValue().startsWith(task))
                            .mapToLong(entry -> nanos.get(entry.getKey()))
                            .sum()
                    / 1e3;
        }
    }
}
