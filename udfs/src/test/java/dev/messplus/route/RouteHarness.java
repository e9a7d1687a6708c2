package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.scored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.RecordedMetrics;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.ScoreWindow;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.belief.SharedState;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.fixture.UnchangedRecords;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Measurement;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.JobSettings;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import dev.messplus.route.config.Shards;
import dev.messplus.route.runs.JobRun;
import dev.messplus.route.share.ShardFeedback;
import dev.messplus.testkit.KeyedOperatorHarness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.InstantiationUtil;

/** One subtask of the routing without a cluster, on RocksDB, with its metrics and a view inside. */
final class RouteHarness
        extends KeyedOperatorHarness<EmbeddedRequest, FeedbackBundle, RoutedRequest> {

    static final int MAX_PARALLELISM = 128;
    static final long TIMEOUT = 60_000;

    /** Every request is decided at this time unless a test says otherwise. */
    static final long NOW = 1_000_000;

    static final String SMALL = "small";
    static final String LARGE = "large";
    static final double SMALL_JOULES = 10;
    static final double LARGE_JOULES = 100;

    /** What e times the joules are expected to add to a score. */
    static final double SCORE_PER_LOG_JOULES = 0.08;

    /**
     * Predicted of the small model while nothing is known of it but its joules, and .6 is promised.
     */
    static final double SMALL_UNTRIED =
            0.6 - SCORE_PER_LOG_JOULES * Math.log(LARGE_JOULES / SMALL_JOULES) / 2;

    /** The same of the large model. */
    static final double LARGE_UNTRIED =
            0.6 + SCORE_PER_LOG_JOULES * Math.log(LARGE_JOULES / SMALL_JOULES) / 2;

    /** More than any request of a test can cost. */
    private static final double AMPLE_BUDGET = 1_000;

    private static final long SEED = 7;
    private static final long MANAGED_MEMORY = 64 << 20;

    private final RouteOperator route;
    private final Shards shards;
    private final MockEnvironment environment;
    private final RecordedMetrics metrics;
    private final List<RoutedRequest> decisions = new ArrayList<>();
    private final UnchangedRecords records = new UnchangedRecords();

    private RouteHarness(
            RouteOperator route,
            Shards shards,
            MockEnvironment environment,
            RecordedMetrics metrics)
            throws Exception {
        super(route, EmbeddedRequest::key, FeedbackBundle::key, environment);
        this.route = route;
        this.shards = shards;
        this.environment = environment;
        this.metrics = metrics;
        setStateBackend(new EmbeddedRocksDBStateBackend());
        setProcessingTime(NOW);
    }

    /** A subtask that starts with nothing. */
    static RouteHarness start(RoutingConfig config) throws Exception {
        return restore(config, null);
    }

    /** A subtask that starts with nothing, with a limit on the heap for SLAs, in bytes. */
    static RouteHarness start(RoutingConfig config, long heapBytes) throws Exception {
        return restore(config, null, 0, 1, 1, heapBytes);
    }

    /** The only subtask, from a snapshot. */
    static RouteHarness restore(RoutingConfig config, OperatorSubtaskState snapshot)
            throws Exception {
        return restore(config, snapshot, 0, 1);
    }

    /** One of several subtasks, from its share of a snapshot. */
    static RouteHarness restore(
            RoutingConfig config, OperatorSubtaskState share, int subtask, int subtasks)
            throws Exception {
        return restore(config, share, subtask, subtasks, 1);
    }

    /** The only subtask, from the checkpoint with a number. */
    static RouteHarness restore(
            RoutingConfig config, OperatorSubtaskState snapshot, long checkpoint) throws Exception {
        return restore(config, snapshot, 0, 1, checkpoint);
    }

    /** One of several subtasks, from its share of the checkpoint with a number. */
    static RouteHarness restore(
            RoutingConfig config,
            OperatorSubtaskState share,
            int subtask,
            int subtasks,
            long checkpoint)
            throws Exception {
        return restore(config, share, subtask, subtasks, checkpoint, 0);
    }

    private static RouteHarness restore(
            RoutingConfig config,
            OperatorSubtaskState share,
            int subtask,
            int subtasks,
            long checkpoint,
            long heapBytes)
            throws Exception {
        RecordedMetrics metrics = new RecordedMetrics();
        MockEnvironment environment =
                new MockEnvironmentBuilder()
                        .setTaskName("route")
                        .setManagedMemorySize(MANAGED_MEMORY)
                        .setMaxParallelism(MAX_PARALLELISM)
                        .setParallelism(subtasks)
                        .setSubtaskIndex(subtask)
                        .setMetricGroup(metrics.group())
                        .build();
        // As a cluster gets it: serialised.
        RouteOperator route = InstantiationUtil.clone(new RouteOperator(config, heapBytes));
        RouteHarness harness = new RouteHarness(route, config.shards(), environment, metrics);
        if (share != null) {
            harness.setRestoredCheckpointId(checkpoint);
        }
        harness.initializeState(share);
        harness.open();
        harness.requestsHaveNoClock();
        return harness;
    }

    private void requestsHaveNoClock() throws Exception {
        route.processWatermarkStatus1(WatermarkStatus.IDLE);
    }

    /** SLAs that are all routed alike, over the small and the large model. */
    static RoutingConfig config(SlaRouting routing, String... slas) {
        Map<String, SlaRouting> routings = new LinkedHashMap<>();
        for (String sla : slas) {
            routings.put(sla, routing);
        }
        return config(routings, SMALL, LARGE);
    }

    static RoutingConfig config(Map<String, SlaRouting> slas, String... models) {
        List<ZooModel> zoo =
                Stream.of(models)
                        .map(
                                id ->
                                        ZooModel.of(id)
                                                .withPriorJoules(
                                                        id.equals(SMALL)
                                                                ? SMALL_JOULES
                                                                : LARGE_JOULES,
                                                        0))
                        .toList();
        return new RoutingConfig(zoo, slas, "test", TIMEOUT);
    }

    /** The same, but an SLA remembers the ids of its requests. */
    static RoutingConfig remembering(RoutingConfig config, String sla, long repeatWindowMillis) {
        Map<String, SlaRouting> slas = new LinkedHashMap<>(config.slas());
        SlaRouting routing = slas.get(sla);
        slas.put(sla, new SlaRouting(routing.sla(), routing.rule(), repeatWindowMillis));
        return new RoutingConfig(config.zoo(), slas, config.embedding(), TIMEOUT);
    }

    /** The same, but without gauges of SLAs. */
    static RoutingConfig withoutMetrics(RoutingConfig config) {
        return config.in(new JobSettings(0, false, false, null, null));
    }

    /** The same, but another embedding makes the features. */
    static RoutingConfig embedding(RoutingConfig config, String embedding) {
        return new RoutingConfig(config.zoo(), config.slas(), embedding, TIMEOUT);
    }

    /** Alpha .6; asks the small model only, until Q is some 7 requests. */
    static SlaRouting exploiting() {
        return routing(plain(0.6), onQAndDriftAlone());
    }

    /** Alpha .6; the paper's rule, which asks every model every time. */
    static SlaRouting exploring() {
        return routing(plain(0.6), new PaperRule.Config(0.1, 1_000, 0.1));
    }

    /**
     * Alpha .6; the stream's rule, which asks the large model beside the small one with every
     * request after {@link #fund}.
     */
    static SlaRouting probing() {
        return routing(plain(0.6), new StreamRule.Config(0, 0, AMPLE_BUDGET));
    }

    /** A request by which the exploration budget is earned, complete. */
    void fund(String sla) throws Exception {
        request(sla, "funds");
        feedback(scored(sla, "funds", SMALL, 0.6, SMALL_JOULES, true));
    }

    /** What is promised in most tests, over a short window. */
    static Sla.Builder plain(double alpha) {
        return Sla.custom(alpha).window(640).seed(SEED);
    }

    /**
     * The stream's rule on Q + D alone, without what it adds for what is not known: what comes of
     * it can be worked out by hand. Before any label, the small model is predicted {@link
     * #SMALL_UNTRIED} and the large one {@link #LARGE_UNTRIED}.
     */
    static StreamRule.Config onQAndDriftAlone() {
        return new StreamRule.Config(0, 0, 0);
    }

    /** The defaults, but for more exploration, so that a short run has some. */
    static SlaRouting stream(double alpha, double explorationBudget) {
        StreamRule.Config defaults = StreamRule.Config.ofDefaults();
        return routing(
                Sla.custom(alpha).seed(SEED),
                new StreamRule.Config(
                        defaults.credit(), defaults.marginSigmas(), explorationBudget));
    }

    static SlaRouting routing(Sla.Builder sla, Rule rule) {
        return new SlaRouting(sla.build(), rule, 0);
    }

    /** The same, split. */
    static SlaRouting sharded(SlaRouting whole, int shards) {
        Sla sla = Sla.from(whole.sla()).shards(shards).build();
        return new SlaRouting(sla, whole.rule(), whole.repeatWindowMillis());
    }

    /** Routes a request and returns its decision. */
    RoutedRequest request(String sla, String id) throws Exception {
        return request(sla, id, 1, 0);
    }

    RoutedRequest request(String sla, String id, float... features) throws Exception {
        int before = decisions.size();
        read(sla, id, features);
        assertThat(decisions).as("one decision per request").hasSize(before + 1);
        return decisions.get(before);
    }

    /** Routes a request as it stands. */
    RoutedRequest request(PromptRequest prompt) throws Exception {
        int before = decisions.size();
        read(prompt, 1, 0);
        assertThat(decisions).as("one decision per request").hasSize(before + 1);
        return decisions.get(before);
    }

    /** A request that is not decided. */
    void repeat(String sla, String id) throws Exception {
        int before = decisions.size();
        read(sla, id, 1, 0);
        assertThat(decisions).as("no decision").hasSize(before);
    }

    private void read(String sla, String id, float... features) throws Exception {
        read(prompt(id, sla), features);
    }

    private void read(PromptRequest prompt, float... features) throws Exception {
        processFirst(
                records.watch(
                        EmbeddedRequest.of(prompt, features, 10)
                                .withKey(shards.key(prompt.sla(), prompt.id()))));
        takeOutput().forEach(decision -> decisions.add(records.watch(decision)));
    }

    static PromptRequest prompt(String id, String sla) {
        return PromptRequestBuilder.builder()
                .id(id)
                .sla(sla)
                .text("text")
                .messages("[]")
                .references(List.of())
                .build();
    }

    /** All decisions so far. */
    List<RoutedRequest> decisions() {
        return List.copyOf(decisions);
    }

    void feedback(Feedback feedback) throws Exception {
        receive(
                ShardFeedback.own(
                        shards.key(feedback.sla(), feedback.requestId()),
                        FeedbackRecord.of(feedback)));
    }

    /** What a shard receives, of its own requests or of others'. */
    void receive(ShardFeedback feedback) throws Exception {
        receive(new FeedbackBundle(feedback.key(), List.of(feedback)));
    }

    /** What an SLA or shard receives at once. */
    void receive(FeedbackBundle bundle) throws Exception {
        processSecond(records.watch(bundle));
    }

    /** The same, as this start of the job would write it after a checkpoint. */
    Measurement writtenNow(Measurement m, long checkpoint) {
        return m.written(run(), checkpoint);
    }

    /** The start of the job. */
    String run() {
        return JobRun.idOf(environment);
    }

    /** Lets the time pass in which a label is kept until its request is decided. */
    void passTheTimeOfEarlyLabels() throws Exception {
        setProcessingTime(NOW + EarlyLabels.MIN_MILLIS);
    }

    /** Number of SLAs or shards on the heap. */
    int onHeap() {
        return route.onHeap();
    }

    /** Number of requests that wait for labels on the heap. */
    int requestsOnHeap() {
        return route.requestsOnHeap();
    }

    /** Whether an SLA is this subtask's. */
    boolean owns(String sla) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        sla,
                        MAX_PARALLELISM,
                        environment.getTaskInfo().getNumberOfParallelSubtasks())
                == environment.getTaskInfo().getIndexOfThisSubtask();
    }

    /** Whether a metric was registered. */
    boolean hasMetric(String name) {
        return metrics.has(name);
    }

    /** The feedback stream is complete up to a time. */
    void feedbackUntil(long millis) throws Exception {
        route.processWatermark2(new Watermark(millis));
    }

    void endRequests() throws Exception {
        route.endInput(1);
    }

    void endFeedback() throws Exception {
        route.endInput(2);
    }

    /** What the subtask said about being done. */
    List<Drained> drained() {
        var said = getSideOutput(RouteOperator.DRAINED);
        return said == null ? List.of() : said.stream().map(StreamRecord::getValue).toList();
    }

    OperatorSubtaskState snapshot() throws Exception {
        return snapshot(1, NOW);
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
        return snapshot(checkpoint, NOW);
    }

    /** All that the state holds of an SLA. */
    record Known(
            SlaState sla,
            SharedState shared,
            Map<String, ModelState> models,
            ScoreWindow window,
            Map<String, PendingRequest> pending,
            Map<Long, String> order,
            ExpiryQueue expiry,
            Map<String, Map<String, Double>> early) {

        void assertSameAs(Known expected) {
            assertThat(this)
                    .usingRecursiveComparison()
                    // Every start of an operator has numbers of its own.
                    .ignoringFieldsMatchingRegexes("pending\\..*\\.decision")
                    .withEqualsForType(Double::equals, Double.class)
                    .withEqualsForType(Float::equals, Float.class)
                    .isEqualTo(expected);
        }

        boolean isEmpty() {
            return sla == null
                    && shared == null
                    && models.isEmpty()
                    && window == null
                    && pending.isEmpty()
                    && order.isEmpty()
                    && expiry == null
                    && early.isEmpty();
        }
    }

    /** What the next checkpoint would hold of a key. */
    Known known(String key) throws Exception {
        route.flush();
        return written(key);
    }

    /** What the state holds of a key now. */
    Known written(String key) throws Exception {
        KeyedStateBackend<String> backend = route.getKeyedStateBackend();
        backend.setCurrentKey(key);
        return new Known(
                value("sla", SlaState.class),
                value("shared", SharedState.class),
                map("models", Types.STRING, TypeInformation.of(ModelState.class)),
                value("window", ScoreWindow.class),
                map("pending", Types.STRING, TypeInformation.of(PendingRequest.class)),
                map("order", Types.LONG, Types.STRING),
                value("expiry", ExpiryQueue.class),
                map("early", Types.STRING, Types.MAP(Types.STRING, Types.DOUBLE)));
    }

    private <T> T value(String name, Class<T> type) throws Exception {
        ValueState<T> state = state(new ValueStateDescriptor<>(name, type));
        return state.value();
    }

    private <K, V> Map<K, V> map(String name, TypeInformation<K> keys, TypeInformation<V> values)
            throws Exception {
        MapState<K, V> state = state(new MapStateDescriptor<>(name, keys, values));
        Map<K, V> map = new TreeMap<>();
        for (Map.Entry<K, V> entry : state.entries()) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    private <S extends State> S state(StateDescriptor<S, ?> descriptor) throws Exception {
        return route.<String>getKeyedStateBackend()
                .getPartitionedState(
                        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
    }

    /** The key that the state is read and written under. */
    Object currentKey() {
        return route.getCurrentKey();
    }

    /** A histogram of the operator. */
    Histogram histogram(JobMetric metric) {
        return metrics.histogram(metric.metricName());
    }

    /** Value of a metric of the operator. */
    double metric(JobMetric metric) {
        return metric(metric.metricName());
    }

    /** Value of a metric, by its name below the operator. */
    double metric(String name) {
        return metrics.value(name);
    }

    @Override
    public void close() {
        try {
            super.close();
            environment.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close", e);
        }
        records.verify();
    }
}
