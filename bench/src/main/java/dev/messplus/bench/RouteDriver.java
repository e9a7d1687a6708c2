package dev.messplus.bench;

import dev.messplus.core.Sla;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.job.FlinkSettings;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.FeedbackBundle;
import dev.messplus.route.RouteOperator;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.JobSettings;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import dev.messplus.route.config.Shards;
import dev.messplus.route.share.ShardFeedback;
import dev.messplus.route.share.ShareOperator;
import dev.messplus.testkit.KeyedOperatorHarness;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.stream.IntStream;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.FileUtils;
import org.apache.flink.util.IOUtils;

/**
 * Drives the operator {@code route} on one thread, and {@code share} before it if there are shards,
 * without a cluster, with their state in RocksDB as the job configures it. Every request is
 * decided, and gets the label and the joules of every answer that it asks for once that many others
 * were decided after it. Labels come in bundles, as {@code FeedbackBundler} makes them. The
 * synchronous part of a checkpoint counts, which is taken every {@value #CHECKPOINT_REQUESTS}
 * requests.
 */
final class RouteDriver implements AutoCloseable {

    private static final int FEATURES = 42;
    private static final int PROMPTS = 256;
    private static final int MAX_BUNDLE = 64;
    private static final int CHECKPOINT_REQUESTS = 100_000;
    private static final int KEY_GROUPS = 128;
    private static final long FEEDBACK_TIMEOUT_MILLIS = 3_600_000;
    private static final long MANAGED_MEMORY_BYTES = 256 << 20;
    private static final int FILE_BUFFER_BYTES = 4_096;
    private static final int FILE_THRESHOLD_BYTES = 20_480;
    private static final double HIGHEST_PRICE = 60;
    private static final double MILLIS = 1e6;

    /**
     * What there is to route.
     *
     * @param models in the zoo, whose prices span 1 : {@value #HIGHEST_PRICE}
     * @param slas which the requests are of in turn
     * @param shards of each SLA
     * @param waiting requests that wait for their label at a time
     */
    record Load(int models, int slas, int shards, int waiting) {}

    /**
     * What requests took.
     *
     * @param cpuMicros CPU time of the thread for a request, in microseconds
     * @param perSecond requests a second, by the clock
     */
    record Figures(double cpuMicros, double perSecond) {}

    /**
     * A checkpoint to files.
     *
     * @param startNanos when it began, by {@link System#nanoTime}
     * @param stillMillis for which the operator stood still, in milliseconds
     * @param millis until all was written, in milliseconds
     * @param bytes of all state
     * @param newBytes that it wrote, because the last one did not have them
     */
    record Checkpoint(
            long startNanos, double stillMillis, double millis, long bytes, long newBytes) {

        boolean contains(long nanos) {
            return startNanos <= nanos && nanos < startNanos + millis * MILLIS;
        }
    }

    /** A checkpoint that is being written. */
    record Writing(
            long startNanos,
            double stillMillis,
            OperatorSnapshotFutures parts,
            CompletableFuture<Long> endNanos) {}

    /** A request that waits for its labels. */
    private record Waiting(int number, long decision, List<String> asked) {}

    private final Load load;
    private final Configuration flink;
    private final List<String> zoo;
    private final List<String> slas;
    private final float[][] features = features(PROMPTS);
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Map<String, List<ShardFeedback>> bundles = new LinkedHashMap<>();
    private final Path folder = Files.createTempDirectory("route");
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Shards shards;
    private final RouteOperator route;
    private final KeyedOperatorHarness<EmbeddedRequest, FeedbackBundle, RoutedRequest> harness;

    /** {@code null} without shards. */
    private final KeyedOperatorHarness<EmbeddedRequest, FeedbackRecord, ShardFeedback> share;

    private int sent;
    private long checkpoint;

    /**
     * Measures requests after half as many to warm up.
     *
     * @param load with which each of them meets the operator
     */
    static Figures measure(Load load, int requests) throws Exception {
        try (RouteDriver route = new RouteDriver(load)) {
            route.fill();
            route.pass(requests / 2);
            return route.measure(requests);
        }
    }

    /** An operator that knows nothing, and keeps its state in RocksDB. */
    RouteDriver(Load load) throws Exception {
        this(load, new Configuration());
    }

    /**
     * An operator that knows nothing.
     *
     * @param flink the state backend, as a cluster configures it
     */
    RouteDriver(Load load, Configuration flink) throws Exception {
        this.load = load;
        this.flink = flink;
        zoo = models(load.models());
        slas = IntStream.range(0, load.slas()).mapToObj(i -> "sla-" + i).toList();
        RoutingConfig config = config(zoo, slas, load.shards());
        shards = config.shards();
        route = new RouteOperator(config);
        harness = open(route, EmbeddedRequest::key, FeedbackBundle::key);
        // Requests have no clock.
        route.processWatermarkStatus1(WatermarkStatus.IDLE);
        share =
                load.shards() == 1
                        ? null
                        : open(
                                new ShareOperator(config),
                                request -> idOf(request.request().sla(), request.request().id()),
                                label ->
                                        idOf(label.feedback().sla(), label.feedback().requestId()));
    }

    private static String idOf(String sla, String requestId) {
        return ShareOperator.key(sla, requestId);
    }

    private <A, B, C> KeyedOperatorHarness<A, B, C> open(
            TwoInputStreamOperator<A, B, C> operator,
            KeySelector<A, String> keyOfFirst,
            KeySelector<B, String> keyOfSecond)
            throws Exception {
        MockEnvironment environment =
                new MockEnvironmentBuilder()
                        .setManagedMemorySize(MANAGED_MEMORY_BYTES)
                        .setMaxParallelism(KEY_GROUPS)
                        .build();
        var opened = new KeyedOperatorHarness<>(operator, keyOfFirst, keyOfSecond, environment);
        open.add(opened);
        open.add(environment);
        Configuration settings = new Configuration(flink);
        settings.addAll(FlinkSettings.ofState(flink));
        opened.setStateBackend(
                StateBackendLoader.loadStateBackendFromConfig(
                        settings, RouteDriver.class.getClassLoader(), null));
        opened.setProcessingTime(System.currentTimeMillis());
        opened.open();
        return opened;
    }

    static List<String> models(int count) {
        return IntStream.range(0, count).mapToObj(m -> "model-" + m).toList();
    }

    /** Features of prompts, the same at each call. */
    static float[][] features(int prompts) {
        Random random = new Random(1);
        float[][] features = new float[prompts][FEATURES];
        for (float[] prompt : features) {
            for (int i = 0; i < FEATURES; i++) {
                prompt[i] = (float) (random.nextGaussian() / Math.sqrt(FEATURES));
            }
        }
        return features;
    }

    /** SLAs that all promise the same, with all defaults but for gauges. */
    private static RoutingConfig config(List<String> zoo, List<String> slas, int shards) {
        Sla promise = Sla.custom(0.6).shards(shards).build();
        List<ZooModel> models =
                zoo.stream()
                        .map(model -> ZooModel.of(model).withPriorJoules(joules(model, zoo), 0))
                        .toList();
        Map<String, SlaRouting> routings = new LinkedHashMap<>();
        for (String sla : slas) {
            routings.put(sla, new SlaRouting(promise, StreamRule.Config.ofDefaults(), 0));
        }
        return new RoutingConfig(models, routings, "bench", FEEDBACK_TIMEOUT_MILLIS)
                .in(new JobSettings(0, false, false, null, null));
    }

    /** Joules of a model's answer. Prices span 1 : {@value #HIGHEST_PRICE}. */
    static double joules(String model, List<String> zoo) {
        return Math.pow(HIGHEST_PRICE, zoo.indexOf(model) / (zoo.size() - 1.0));
    }

    /** Has requests pass until as many wait as the load says, and every SLA had one. */
    void fill() throws Exception {
        pass(load.waiting() + load.slas());
    }

    /** Measures requests. */
    Figures measure(int requests) throws Exception {
        long cpuNanos = cpuNanos();
        long nanos = System.nanoTime();
        pass(requests);
        cpuNanos = cpuNanos() - cpuNanos;
        nanos = System.nanoTime() - nanos;
        return new Figures(cpuNanos / 1e3 / requests, requests * 1e9 / nanos);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Has requests pass, with a checkpoint now and then. */
    void pass(int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            step();
            if (sent % CHECKPOINT_REQUESTS == 0) {
                var unused = checkpoint();
            }
        }
    }

    /** Has a request pass, and the labels that are due. */
    void step() throws Exception {
        request();
        while (waiting.size() > load.waiting()) {
            label(waiting.remove());
        }
        if (sent % MAX_BUNDLE == 0) {
            learn();
        }
    }

    /** Requests decided so far. */
    int sent() {
        return sent;
    }

    private void request() throws Exception {
        int i = sent++;
        harness.setProcessingTime(System.currentTimeMillis());
        String id = "request-" + i;
        EmbeddedRequest request =
                EmbeddedRequest.of(prompt(id, sla(i)), features[i % PROMPTS], 100)
                        .withKey(shards.key(sla(i), id));
        if (share != null) {
            share.setProcessingTime(System.currentTimeMillis());
            share.processFirst(request);
        }
        harness.processFirst(request);
        for (RoutedRequest decision : harness.takeOutput()) {
            List<String> asked = List.copyOf(decision.ranking().subList(0, decision.asked()));
            waiting.add(new Waiting(i, decision.decision(), asked));
        }
    }

    private String sla(int request) {
        return slas.get(request % slas.size());
    }

    /** A request without much text. */
    private static PromptRequest prompt(String id, String sla) {
        return PromptRequestBuilder.builder()
                .id(id)
                .sla(sla)
                .text("text")
                .messages("[]")
                .references(List.of())
                .build();
    }

    /**
     * All that the job measures of a request. The first model asked is served, and expensive models
     * are right more often.
     */
    private void label(Waiting decided) throws Exception {
        String sla = sla(decided.number());
        String id = "request-" + decided.number();
        for (int rank = 0; rank < decided.asked().size(); rank++) {
            String model = decided.asked().get(rank);
            int m = zoo.indexOf(model);
            boolean right = Math.floorMod(id.hashCode() * 31 + m, zoo.size()) <= m;
            Measurement measured =
                    MeasurementBuilder.builder()
                            .requestId(id)
                            .sla(sla)
                            .model(model)
                            .score(right ? 1.0 : 0.0)
                            .energy(
                                    EnergyBuilder.builder()
                                            .joules(joules(model, zoo))
                                            .source("nvml")
                                            .build())
                            .served(rank == 0)
                            .decision(decided.decision())
                            .build();
            FeedbackRecord label = FeedbackRecord.of(measured);
            if (share == null) {
                add(ShardFeedback.own(sla, label));
            } else {
                share.processSecond(label);
                share.takeOutput().forEach(this::add);
            }
        }
    }

    private void add(ShardFeedback feedback) {
        bundles.computeIfAbsent(feedback.key(), key -> new ArrayList<>()).add(feedback);
    }

    private void learn() throws Exception {
        for (Map.Entry<String, List<ShardFeedback>> bundle : bundles.entrySet()) {
            harness.processSecond(new FeedbackBundle(bundle.getKey(), bundle.getValue()));
        }
        bundles.clear();
    }

    /** Takes a checkpoint, and waits until it is written. */
    Checkpoint checkpoint() throws Exception {
        return complete(beginCheckpoint());
    }

    /** Begins a checkpoint, whose files are written on another thread, as in a job. */
    Writing beginCheckpoint() throws Exception {
        long startNanos = System.nanoTime();
        OperatorSnapshotFutures parts =
                route.snapshotState(
                        ++checkpoint,
                        System.currentTimeMillis(),
                        CheckpointOptions.forCheckpointWithDefaultLocation(),
                        files());
        double stillMillis = (System.nanoTime() - startNanos) / MILLIS;
        CompletableFuture<Long> endNanos =
                CompletableFuture.supplyAsync(
                        () -> {
                            runAll(parts.getAllFutures());
                            return System.nanoTime();
                        });
        return new Writing(startNanos, stillMillis, parts, endNanos);
    }

    /** Waits until a checkpoint is written, and completes it. */
    Checkpoint complete(Writing writing) throws Exception {
        double millis = (writing.endNanos.get() - writing.startNanos) / MILLIS;
        route.notifyCheckpointComplete(checkpoint);
        SnapshotResult<KeyedStateHandle> keyed = writing.parts.getKeyedStateManagedFuture().get();
        return new Checkpoint(
                writing.startNanos,
                writing.stillMillis,
                millis,
                keyed.getStateSize(),
                keyed.getJobManagerOwnedSnapshot().getCheckpointedSize());
    }

    private FsCheckpointStreamFactory files() throws IOException {
        Path own = Files.createDirectories(folder.resolve("chk-" + checkpoint));
        Path shared = Files.createDirectories(folder.resolve("shared"));
        return new FsCheckpointStreamFactory(
                LocalFileSystem.getSharedInstance(),
                new org.apache.flink.core.fs.Path(own.toUri()),
                new org.apache.flink.core.fs.Path(shared.toUri()),
                FILE_THRESHOLD_BYTES,
                FILE_BUFFER_BYTES);
    }

    private static void runAll(Future<?>[] parts) {
        for (Future<?> part : parts) {
            if (part instanceof RunnableFuture<?> work) {
                work.run();
            }
        }
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(open);
        FileUtils.deleteDirectory(folder.toFile());
    }
}
