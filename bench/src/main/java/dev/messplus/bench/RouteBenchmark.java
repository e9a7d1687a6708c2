package dev.messplus.bench;

import dev.messplus.core.Sla;
import dev.messplus.core.StreamRule;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.routing.FeedbackBundle;
import dev.messplus.routing.RouteFunction;
import dev.messplus.routing.RouteOperator;
import dev.messplus.routing.RoutingConfig;
import dev.messplus.routing.RoutingConfig.JobSettings;
import dev.messplus.routing.RoutingConfig.SlaRouting;
import dev.messplus.routing.RoutingConfig.ZooModel;
import dev.messplus.routing.ShardFeedback;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/**
 * Measures what the operator {@code route} costs per request on one thread: the decision, and the
 * label and joules of every answer that it asks for. State is in RocksDB; models are four.
 *
 * <p>A request gets its labels once so many others were decided after it. Labels come in bundles,
 * as {@code FeedbackBundler} makes them. A checkpoint's synchronous part is taken every 100,000
 * requests, and counts. Rows differ in the requests that wait for labels, and in the number of
 * SLAs, among which requests are spread evenly. Prints the rate by CPU time beside the one by the
 * clock, because other processes do not slow it down.
 */
final class RouteBenchmark {

    private static final int MODELS = 4;
    private static final int FEATURES = 42;
    private static final int PROMPTS = 256;
    private static final int MAX_BUNDLE = 64;
    private static final int CHECKPOINT_REQUESTS = 100_000;
    private static final int KEY_GROUPS = 128;
    private static final long FEEDBACK_TIMEOUT_MILLIS = 3_600_000;
    private static final int MAX_STATE_BYTES = 1 << 30;
    private static final long MANAGED_MEMORY_BYTES = 256 << 20;

    private final List<String> zoo =
            IntStream.range(0, MODELS).mapToObj(m -> "model-" + m).toList();
    private final List<String> slas;
    private final float[][] features = new float[PROMPTS][FEATURES];
    private final Queue<RoutedRequest> waiting = new ArrayDeque<>();
    private final Map<String, List<ShardFeedback>> bundles = new LinkedHashMap<>();
    private final RouteOperator route;
    private final MockEnvironment environment;
    private final Harness harness;
    private int sent;
    private long checkpoint;

    private RouteBenchmark(int slas) throws Exception {
        this.slas = IntStream.range(0, slas).mapToObj(i -> "sla-" + i).toList();
        Random random = new Random(1);
        for (float[] prompt : features) {
            for (int i = 0; i < FEATURES; i++) {
                prompt[i] = (float) (random.nextGaussian() / Math.sqrt(FEATURES));
            }
        }
        route = new RouteOperator(new RouteFunction(config()));
        environment =
                new MockEnvironmentBuilder()
                        .setTaskName("route")
                        .setManagedMemorySize(MANAGED_MEMORY_BYTES)
                        .setMaxParallelism(KEY_GROUPS)
                        .build();
        harness = new Harness(route, environment);
        // Requests have no clock.
        route.processWatermarkStatus1(WatermarkStatus.IDLE);
    }

    /** Prints a row for each of some numbers of waiting requests and of SLAs. */
    static void run(int requests) throws Exception {
        System.out.printf(
                "%9s %7s %10s %10s %12s %10s %14s%n",
                "waiting", "SLAs", "requests", "CPU us", "per CPU s", "per s", "checkpoint ms");
        row(requests, 1_000, 1);
        row(requests, 100_000, 1);
        row(requests, 1_000, 1_000);
        // More than the heap holds: most elements load their SLA from RocksDB.
        row(requests / 20, 1_000, 10_000);
    }

    private static void row(int requests, int waiting, int slas) throws Exception {
        Figures figures = measure(requests, waiting, slas);
        System.out.printf(
                "%9d %7d %10d %10.2f %12.0f %10.0f %14.1f%n",
                waiting,
                slas,
                requests,
                figures.cpuMicros(),
                1e6 / figures.cpuMicros(),
                figures.perSecond(),
                figures.checkpointMillis());
    }

    /**
     * What requests took.
     *
     * @param cpuMicros CPU time of the thread for a request, in microseconds
     * @param perSecond requests a second, by the clock
     * @param checkpointMillis the longest synchronous part of a checkpoint, in milliseconds
     */
    record Figures(double cpuMicros, double perSecond, double checkpointMillis) {}

    /**
     * Measures requests after as many to warm up.
     *
     * @param waiting requests that wait for their label at a time
     * @param slas number of SLAs, which the requests are of in turn
     */
    static Figures measure(int requests, int waiting, int slas) throws Exception {
        RouteBenchmark benchmark = new RouteBenchmark(slas);
        try {
            benchmark.pass(waiting + Math.max(slas, requests / 2), waiting);
            long cpuNanos = cpuNanos();
            long nanos = System.nanoTime();
            long checkpointNanos = benchmark.pass(requests, waiting);
            cpuNanos = cpuNanos() - cpuNanos;
            nanos = System.nanoTime() - nanos;
            return new Figures(
                    cpuNanos / 1e3 / requests, requests * 1e9 / nanos, checkpointNanos / 1e6);
        } finally {
            benchmark.harness.close();
            benchmark.environment.close();
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private RoutingConfig config() {
        List<ZooModel> models =
                zoo.stream()
                        .map(id -> ZooModel.of(id).withPriorJoules(joules(zoo.indexOf(id)), 0))
                        .toList();
        Map<String, SlaRouting> routings = new LinkedHashMap<>();
        for (String sla : slas) {
            routings.put(sla, new SlaRouting(Sla.of(0.6), StreamRule.Config.ofDefaults(), 0));
        }
        return new RoutingConfig(models, routings, "bench", FEEDBACK_TIMEOUT_MILLIS)
                .in(JobSettings.ofDefaults().withMetricsPerSla(false));
    }

    /**
     * Has so many requests pass, each of which waits until so many others are behind it.
     *
     * @return the longest synchronous part of a checkpoint, in nanoseconds
     */
    private long pass(int requests, int most) throws Exception {
        long longestNanos = 0;
        for (int i = 0; i < requests; i++) {
            request();
            while (waiting.size() > most) {
                label(waiting.remove());
            }
            if (sent % MAX_BUNDLE == 0) {
                tell();
            }
            if (sent % CHECKPOINT_REQUESTS == 0) {
                longestNanos = Math.max(longestNanos, checkpoint());
            }
        }
        return longestNanos;
    }

    private void request() throws Exception {
        int i = sent++;
        var prompt =
                PromptRequestBuilder.builder()
                        .id("request-" + i)
                        .sla(slas.get(i % slas.size()))
                        .text("text")
                        .messages("[]")
                        .references(List.of())
                        .build();
        StreamRecord<EmbeddedRequest> element =
                new StreamRecord<>(EmbeddedRequest.of(prompt, features[i % PROMPTS], 100));
        route.setKeyContextElement1(element);
        route.processElement1(element);
        for (Object said = harness.getOutput().poll();
                said != null;
                said = harness.getOutput().poll()) {
            if (said instanceof StreamRecord<?> decision) {
                waiting.add((RoutedRequest) decision.getValue());
            }
        }
    }

    /** All that the job tells of a request. The first model asked is served. */
    private void label(RoutedRequest decided) {
        for (int rank = 0; rank < decided.asked(); rank++) {
            String model = decided.ranking().get(rank);
            int m = zoo.indexOf(model);
            String sla = decided.request().sla();
            int hash = decided.request().id().hashCode() * 31 + m;
            Feedback told =
                    FeedbackBuilder.builder()
                            .requestId(decided.request().id())
                            .sla(sla)
                            .model(model)
                            .decision(decided.decision())
                            .score(Math.floorMod(hash, MODELS) <= m ? 1.0 : 0.0)
                            .energyJoules(joules(m))
                            .energySource("nvml")
                            .served(rank == 0)
                            .source(Feedback.SCORER)
                            .build();
            bundles.computeIfAbsent(sla, key -> new ArrayList<>())
                    .add(ShardFeedback.own(sla, told));
        }
    }

    private void tell() throws Exception {
        for (Map.Entry<String, List<ShardFeedback>> bundle : bundles.entrySet()) {
            StreamRecord<FeedbackBundle> element =
                    new StreamRecord<>(new FeedbackBundle(bundle.getKey(), bundle.getValue()));
            route.setKeyContextElement2(element);
            route.processElement2(element);
        }
        bundles.clear();
    }

    /** Takes the part of a checkpoint for which the operator stands still. */
    private long checkpoint() throws Exception {
        long nanos = System.nanoTime();
        var parts =
                route.snapshotState(
                        ++checkpoint,
                        System.currentTimeMillis(),
                        CheckpointOptions.forCheckpointWithDefaultLocation(),
                        new MemCheckpointStreamFactory(MAX_STATE_BYTES));
        nanos = System.nanoTime() - nanos;
        parts.cancel();
        return nanos;
    }

    /** The operator without a cluster, on RocksDB. */
    private static final class Harness extends AbstractStreamOperatorTestHarness<RoutedRequest> {

        Harness(RouteOperator route, MockEnvironment environment) throws Exception {
            super(route, environment);
            KeySelector<EmbeddedRequest, String> slaOfRequest = EmbeddedRequest::key;
            KeySelector<FeedbackBundle, String> slaOfFeedback = FeedbackBundle::key;
            config.setStatePartitioner(0, slaOfRequest);
            config.setStatePartitioner(1, slaOfFeedback);
            config.setStateKeySerializer(
                    Types.STRING.createSerializer(executionConfig.getSerializerConfig()));
            config.serializeAllConfigs();
            setStateBackend(new EmbeddedRocksDBStateBackend());
            open();
        }
    }

    private static double joules(int model) {
        return Math.pow(60, model / (MODELS - 1.0));
    }
}
