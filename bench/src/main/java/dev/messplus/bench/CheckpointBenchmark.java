package dev.messplus.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.MessJob;
import dev.messplus.minicluster.EmbeddedFlink;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.FeedbackBundle;
import dev.messplus.route.RouteFunction;
import dev.messplus.route.RouteOperator;
import dev.messplus.route.RoutingConfig;
import dev.messplus.route.share.ShardFeedback;
import dev.messplus.route.share.Shards;
import dev.messplus.testkit.RestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.flink.util.FileUtils;
import org.apache.flink.util.OutputTag;

/**
 * What a checkpoint takes while many requests wait for their labels, and what it does to the
 * latency of requests. The operator {@code route} runs on an embedded cluster. Once that many
 * requests wait, requests come at a steady rate, and so do labels, each of the request that waits
 * longest.
 *
 * <p>The latency of a request is the time from when it is due until it is decided. The calls of
 * model servers and Kafka are left out, which take far longer. A request is due during a checkpoint
 * if one was triggered before and is not complete.
 */
final class CheckpointBenchmark {

    private static final String SLA = "sla";
    private static final int MODELS = 4;
    private static final int PROMPTS = 256;
    private static final int BUNDLE = 64;
    private static final int INTERVAL_MILLIS = 10_000;

    /** Requests that pass at the steady rate before the first that counts, in seconds. */
    private static final int SETTLE_SECONDS = 15;

    /**
     * Requests that are there beyond the last that counts, in seconds. Without them the input may
     * end before the job is canceled, and all that waits expires at once.
     */
    private static final int SPARE_SECONDS = 120;

    private static final double MILLIS = 1e6;
    private static final double MEBIBYTE = 1 << 20;
    private static final List<String> ZOO = RouteDriver.models(MODELS);
    private static final OutputTag<FeedbackBundle> FEEDBACK =
            new OutputTag<>("feedback", TypeInformation.of(FeedbackBundle.class));

    /** The run, which the operators in this JVM share. */
    private static volatile CheckpointBenchmark running;

    private final int pending;
    private final int requests;
    private final int sent;
    private final int perSecond;
    private final byte[] chosen;
    private final double[] latencyMillis;
    private volatile long startNanos;
    private volatile long startMillis;

    /** Written by one thread, read by others. */
    private volatile int decided;

    private CheckpointBenchmark(int pending, int perSecond, int seconds) {
        this.pending = pending;
        this.perSecond = perSecond;
        requests = perSecond * (SETTLE_SECONDS + seconds);
        sent = requests + perSecond * SPARE_SECONDS;
        chosen = new byte[pending + sent];
        latencyMillis = new double[sent];
    }

    /** A checkpoint: when it began and was complete, by the clock, and its bytes. */
    private record Taken(long fromMillis, long untilMillis, long bytes, long newBytes) {

        double millis() {
            return untilMillis - fromMillis;
        }

        boolean contains(double millis) {
            return fromMillis <= millis && millis < untilMillis;
        }
    }

    /** Prints what checkpoints took, and latencies during them and between them. */
    static void run(int pending, int perSecond, int seconds) throws Exception {
        Path folder = Files.createTempDirectory("checkpoint");
        try (EmbeddedFlink flink =
                EmbeddedFlink.start(
                        folder.resolve("flink"), folder.resolve("log"), Ports.free(), 1)) {
            running = new CheckpointBenchmark(pending, perSecond, seconds);
            JobID job = running.start(flink);
            List<Taken> checkpoints = running.await(flink, job);
            flink.cancel(job);
            running.print(checkpoints);
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private JobID start(EmbeddedFlink flink) throws Exception {
        StreamExecutionEnvironment env = flink.environment(null);
        Configuration settings = new Configuration();
        MessJob.configureState(settings);
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        env.configure(settings);
        env.setParallelism(1);
        env.setBufferTimeout(0);
        env.enableCheckpointing(INTERVAL_MILLIS);
        env.getCheckpointConfig().enableUnalignedCheckpoints();
        RoutingConfig config = RouteDriver.config(ZOO, List.of(SLA), 1);
        SingleOutputStreamOperator<EmbeddedRequest> embedded =
                env.fromSequence(0, pending + sent - 1L)
                        .process(new Sender())
                        .returns(EmbeddedRequest.class);
        embedded.keyBy(EmbeddedRequest::key, Types.STRING)
                .connect(embedded.getSideOutput(FEEDBACK).keyBy(FeedbackBundle::key, Types.STRING))
                .transform(
                        "route",
                        TypeInformation.of(RoutedRequest.class),
                        new RouteOperator(new RouteFunction(config)))
                .setMaxParallelism(Shards.MAX)
                .process(new Reader())
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        return flink.submit(env, "checkpoint");
    }

    /** Waits for the last request, and returns the checkpoints until then. */
    private List<Taken> await(EmbeddedFlink flink, JobID job) throws Exception {
        while (decided < pending + requests) {
            Thread.sleep(100);
        }
        List<Taken> taken = new ArrayList<>();
        for (JsonNode one : new RestApi(flink.url()).get(job, "/checkpoints").path("history")) {
            if (one.path("status").asText().equals("COMPLETED")) {
                taken.add(
                        new Taken(
                                one.path("trigger_timestamp").asLong(),
                                one.path("latest_ack_timestamp").asLong(),
                                one.path("state_size").asLong(),
                                one.path("checkpointed_size").asLong()));
            }
        }
        return taken;
    }

    private void print(List<Taken> all) {
        int first = perSecond * SETTLE_SECONDS;
        List<Taken> taken =
                all.stream()
                        .filter(one -> one.fromMillis >= startMillis + dueNanos(first) / MILLIS)
                        .toList();
        double[] during = latencies(first, taken, true);
        double[] between = latencies(first, taken, false);
        System.out.printf(
                "%d wait, %d requests a second, %d checkpoints%n",
                pending, perSecond, taken.size());
        System.out.printf(
                "state %.1f MiB, new %.1f MiB, takes %.0f ms%n",
                median(taken.stream().mapToDouble(Taken::bytes).toArray()) / MEBIBYTE,
                median(taken.stream().mapToDouble(Taken::newBytes).toArray()) / MEBIBYTE,
                median(taken.stream().mapToDouble(Taken::millis).toArray()));
        print("between checkpoints", between);
        print("during checkpoints", during);
        print("all", IntStream.range(first, requests).mapToDouble(i -> latencyMillis[i]).toArray());
    }

    private double[] latencies(int first, List<Taken> taken, boolean during) {
        return IntStream.range(first, requests)
                .filter(
                        i -> {
                            double due = startMillis + dueNanos(i) / MILLIS;
                            return during == taken.stream().anyMatch(one -> one.contains(due));
                        })
                .mapToDouble(i -> latencyMillis[i])
                .toArray();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values.length == 0 ? Double.NaN : Quantiles.of(values, 0.5);
    }

    private static void print(String what, double[] millis) {
        Arrays.sort(millis);
        if (millis.length == 0) {
            System.out.printf("%s: none%n", what);
            return;
        }
        System.out.printf(
                "%-20s %7d requests, p50 %.2f ms, p99 %.2f ms, most %.1f ms%n",
                what,
                millis.length,
                Quantiles.of(millis, 0.5),
                Quantiles.of(millis, 0.99),
                millis[millis.length - 1]);
    }

    /** When a request of the steady rate is due, in nanoseconds after the first of them. */
    private long dueNanos(int request) {
        return request * 1_000_000_000L / perSecond;
    }

    /** Sends a request for each number, and with it the label of the one that waits longest. */
    private static final class Sender extends ProcessFunction<Long, EmbeddedRequest> {

        private final float[][] features = RouteDriver.features(PROMPTS);
        private final List<ShardFeedback> bundle = new ArrayList<>();

        @Override
        public void processElement(Long number, Context context, Collector<EmbeddedRequest> out)
                throws InterruptedException {
            CheckpointBenchmark run = running;
            int i = Math.toIntExact(number);
            if (i >= run.pending) {
                run.awaitDue(i);
                int done = i - run.pending;
                String model = ZOO.get(run.chosen[done]);
                var measurement = RouteDriver.measured(id(done), SLA, model, ZOO).build();
                bundle.add(ShardFeedback.own(SLA, FeedbackRecord.of(measurement)));
                if (bundle.size() == BUNDLE) {
                    context.output(FEEDBACK, new FeedbackBundle(SLA, List.copyOf(bundle)));
                    bundle.clear();
                }
            }
            out.collect(
                    EmbeddedRequest.of(RouteDriver.prompt(id(i), SLA), features[i % PROMPTS], 100));
        }
    }

    private static String id(int request) {
        return "request-" + request;
    }

    private void awaitDue(int request) throws InterruptedException {
        if (request == pending) {
            while (decided < pending) {
                Thread.sleep(1);
            }
            startMillis = System.currentTimeMillis();
            startNanos = System.nanoTime();
        }
        long due = startNanos + dueNanos(request - pending);
        while (System.nanoTime() < due) {
            Thread.sleep(0, 100_000);
        }
    }

    /** Notes which model a request went to, and when. */
    private static final class Reader extends ProcessFunction<RoutedRequest, Long> {

        @Override
        public void processElement(RoutedRequest routed, Context context, Collector<Long> out) {
            CheckpointBenchmark run = running;
            int i = Integer.parseInt(routed.request().id().substring("request-".length()));
            run.chosen[i] = (byte) ZOO.indexOf(routed.ranking().get(0));
            if (i >= run.pending) {
                int steady = i - run.pending;
                long nanos = System.nanoTime() - run.startNanos - run.dueNanos(steady);
                run.latencyMillis[steady] = nanos / MILLIS;
            }
            run.decided = i + 1;
        }
    }
}
