package dev.messplus.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.route.share.ShardFeedback;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How stale labels are when a decision is made, while requests wait all the time because model
 * servers are the bottleneck. Staleness is what was written and is not yet taken in. In place of
 * {@code route} and {@code infer} there are stand-ins, which only count and wait; how the task
 * reads its two inputs is Flink's.
 */
class StalenessTest {

    private static final Logger LOG = LoggerFactory.getLogger(StalenessTest.class);

    private static World world;

    @AfterEach
    void stopServers() {
        world.servers.shutdownNow();
    }

    /**
     * Of bundles that were sent and not taken in, there are at most as many as turns can be saved
     * up, and those that waited for so long that they went without a turn.
     */
    @ParameterizedTest(name = "{0} requests, {1} labels each, {2} shards, {3} at a time for {4} ms")
    @CsvSource({
        "2000, 2, 1, 16, 2",
        "1000, 65, 1, 16, 2",
        "100, 2, 1, 2, 40",
        "2000, 5, 4, 16, 2",
        "100, 5, 4, 2, 40",
    })
    void labelsKeepUpWithABacklog(
            int requests, int labels, int shards, int capacity, long latencyMillis)
            throws Exception {
        world = new World(requests, labels, capacity, latencyMillis);
        long startMillis = System.currentTimeMillis();
        run(requests, shards);
        long seconds = (System.currentTimeMillis() - startMillis) / 1_000 + 1;

        LOG.info(
                "{} requests a second, {} labels a request, {} shards: {} labels not taken in at a"
                        + " decision on average, {} at most; {} elements of feedback a request",
                requests / seconds,
                labels,
                shards,
                world.staleLabels / Math.max(1, world.decisionsCounted),
                world.mostStaleLabels,
                (double) world.bundlesTaken / requests);
        assertThat(world.mostBundlesWaiting)
                .isLessThanOrEqualTo(
                        FeedbackBundler.TURNS_AHEAD + 2L * shards + 2 * seconds * shards);
    }

    private static void run(int requests, int shards) throws Exception {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
        DataStream<EmbeddedRequest> backlog =
                env.fromSequence(0, requests - 1)
                        .map(
                                (MapFunction<Long, EmbeddedRequest>)
                                        i ->
                                                EmbeddedRequest.of(
                                                                RouteHarness.prompt(
                                                                        "r" + i, "gold"),
                                                                new float[42],
                                                                9)
                                                        .withKey(key(i, shards)))
                        .returns(EmbeddedRequest.class);
        DataStream<ShardFeedback> feedback =
                env.addSource(new Topic(), TypeInformation.of(ShardFeedback.class))
                        .setBufferTimeout(5);
        DataStream<FeedbackBundle> bundles =
                new DataStream<>(
                                env,
                                feedback.keyBy(ShardFeedback::key, Types.STRING)
                                        .getTransformation())
                        .transform(
                                "bundle feedback",
                                TypeInformation.of(FeedbackBundle.class),
                                new FeedbackBundler())
                        .map(
                                bundle -> {
                                    world.bundlesSent.incrementAndGet();
                                    return bundle;
                                })
                        .returns(FeedbackBundle.class)
                        .setBufferTimeout(0);
        backlog.keyBy(EmbeddedRequest::key, Types.STRING)
                .connect(bundles.keyBy(FeedbackBundle::key, Types.STRING))
                .process(new Route())
                .returns(EmbeddedRequest.class)
                .map(
                        request -> {
                            world.call(request);
                            return request;
                        })
                .returns(EmbeddedRequest.class)
                .sinkTo(new DiscardingSink<>());
        env.execute();
    }

    private static String key(long request, int shards) {
        return "gold" + request % shards;
    }

    /** Counts, where the job decides and learns. */
    private static final class Route
            extends KeyedCoProcessFunction<
                    String, EmbeddedRequest, FeedbackBundle, EmbeddedRequest> {

        @Override
        public void processElement1(
                EmbeddedRequest request, Context context, Collector<EmbeddedRequest> out) {
            world.decide();
            out.collect(request);
        }

        @Override
        public void processElement2(
                FeedbackBundle bundle, Context context, Collector<EmbeddedRequest> out) {
            world.bundlesTaken++;
            world.labelsTaken += bundle.feedback().size();
        }
    }

    /** Model servers, the topic that they and users write to, and what is counted. */
    private static final class World {

        private final int requests;
        private final int labels;
        private final long latencyMillis;
        private final Random random = new Random(1);
        private final Semaphore capacity;
        private final ScheduledExecutorService servers = Executors.newScheduledThreadPool(1);
        private final BlockingQueue<ShardFeedback> topic = new LinkedBlockingQueue<>();
        private final AtomicLong written = new AtomicLong();
        private final AtomicLong bundlesSent = new AtomicLong();

        // Of the one thread of the task.
        private long decisions;
        private long decisionsCounted;
        private long staleLabels;
        private long mostStaleLabels;
        private long labelsTaken;
        private long bundlesTaken;
        private long mostBundlesWaiting;

        World(int requests, int labels, int capacity, long latencyMillis) {
            this.requests = requests;
            this.labels = labels;
            this.capacity = new Semaphore(capacity);
            this.latencyMillis = latencyMillis;
        }

        void decide() {
            decisions++;
            mostBundlesWaiting = Math.max(mostBundlesWaiting, bundlesSent.get() - bundlesTaken);
            if (decisions > requests / 2) {
                long stale = written.get() - labelsTaken;
                decisionsCounted++;
                staleLabels += stale;
                mostStaleLabels = Math.max(mostStaleLabels, stale);
            }
        }

        /** Waits for its turn, as the last operator does when its capacity is used up. */
        void call(EmbeddedRequest request) throws InterruptedException {
            capacity.acquire();
            schedule(latencyMillis, () -> answer(request));
        }

        private void answer(EmbeddedRequest request) {
            capacity.release();
            for (int i = 1; i < labels; i++) {
                write(request, i == labels - 1);
            }
            // A user rates later, at a time of its own.
            schedule(1 + random.nextInt((int) latencyMillis), () -> write(request, false));
        }

        private void schedule(long millis, Runnable task) {
            var unused = servers.schedule(task, millis, TimeUnit.MILLISECONDS);
        }

        private void write(EmbeddedRequest request, boolean served) {
            Measurement label =
                    MeasurementBuilder.builder()
                            .requestId(request.request().id())
                            .sla("gold")
                            .model("small")
                            .score(1.0)
                            .energy(EnergyBuilder.builder().joules(9.0).build())
                            .served(served)
                            .build();
            topic.add(ShardFeedback.own(request.key(), FeedbackRecord.of(label)));
            written.incrementAndGet();
        }

        long labelsOfAllRequests() {
            return (long) requests * labels;
        }
    }

    /** Reads the topic until all is read that is going to be written. */
    private static final class Topic implements SourceFunction<ShardFeedback> {

        private volatile boolean cancelled;

        @Override
        public void run(SourceContext<ShardFeedback> context) throws Exception {
            for (long read = 0; read < world.labelsOfAllRequests() && !cancelled; ) {
                ShardFeedback next = world.topic.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    context.collect(next);
                    read++;
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
