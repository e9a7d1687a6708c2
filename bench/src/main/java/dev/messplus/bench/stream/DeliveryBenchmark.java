package dev.messplus.bench.stream;

import dev.messplus.bench.BenchJob;
import dev.messplus.bench.Quantiles;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.minicluster.EmbeddedFlink;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures the latency from a sender's send to a reader's receipt, by {@code delivery} and
 * checkpoint interval.
 *
 * <p>All jobs run at the same time, in one cluster and on one broker, so that other load on the
 * machine affects all of them. Each gets requests at the same steady rate. The model server takes
 * 20 ms for an answer. The readers are {@code read_committed}. Requests sent during the first 30 s
 * are not counted.
 */
public final class DeliveryBenchmark {

    private static final int PER_SECOND = 20;
    private static final int SETTLE_SECONDS = 30;
    private static final long SERVICE_MILLIS = 20;
    private static final int PROMPT_CHARS = 10;
    private static final Duration DRAIN = Duration.ofMinutes(1);

    private DeliveryBenchmark() {}

    /** One of the jobs that run side by side. */
    private record Variant(String delivery, int intervalMillis) {

        /** Name of the job, and prefix of its topics. */
        String name() {
            return delivery + "-" + intervalMillis;
        }

        MessConfig config(String bootstrap, String model) {
            return new ConfigLoader(Map.of())
                    .parse(
                            name(),
                            """
                            kafka:
                              bootstrap: "%1$s"
                              groupId: %2$s
                              createTopics: true
                              topics: { requests: %2$s.requests, responses: %2$s.responses,
                                        feedback: %2$s.feedback,
                                        measurements: %2$s.measurements,
                                        deadLetters: %2$s.dead-letters }
                            zoo:
                              m: { url: "%3$s", model: m,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                            slas: { gold: { alpha: 0.5 } }
                            embedding: { model: hashing }
                            checkpointIntervalMillis: %4$d
                            delivery: %5$s
                            """
                                    .formatted(bootstrap, name(), model, intervalMillis, delivery));
        }
    }

    /**
     * Measures and prints a row for each variant.
     *
     * @param seconds for which counted requests are sent
     */
    public static void run(int seconds) throws Exception {
        List<Variant> variants = new ArrayList<>();
        for (int intervalMillis : new int[] {1_000, 5_000, 10_000}) {
            variants.add(new Variant("at_least_once", intervalMillis));
            variants.add(new Variant("exactly_once", intervalMillis));
        }
        Path folder = Files.createTempDirectory("delivery");
        ExecutorService senders = Executors.newFixedThreadPool(variants.size());
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedFlink flink =
                        EmbeddedFlink.start(
                                folder.resolve("flink"),
                                folder.resolve("log"),
                                Ports.free(),
                                variants.size());
                ModelServer model = new ModelServer(0, SERVICE_MILLIS)) {
            List<Future<double[]>> millis = new ArrayList<>();
            for (Variant variant : variants) {
                var unused =
                        BenchJob.start(flink, variant.config(kafka.bootstrap(), model.url()), 1);
                millis.add(
                        senders.submit(() -> millis(kafka.bootstrap(), variant.name(), seconds)));
            }
            System.out.printf(
                    "%-16s %12s %10s %9s %9s %9s %9s%n",
                    "delivery", "checkpoints", "responses", "p50 ms", "p95 ms", "p99 ms", "max ms");
            for (int i = 0; i < variants.size(); i++) {
                print(variants.get(i), millis.get(i).get());
            }
        } finally {
            senders.shutdownNow();
        }
    }

    /** Latencies in milliseconds, sorted. */
    private static double[] millis(String bootstrap, String job, int seconds) throws Exception {
        int requests = PER_SECOND * (SETTLE_SECONDS + seconds);
        try (Load load = new Load(bootstrap, job, PROMPT_CHARS, requests)) {
            load.sendAt(PER_SECOND, SETTLE_SECONDS);
            long first = load.sent();
            load.sendAt(PER_SECOND, seconds);
            load.drain(DRAIN, () -> {});
            return load.millisFrom(first);
        }
    }

    private static void print(Variant variant, double[] millis) {
        System.out.printf(
                "%-16s %10d s %10d %9.0f %9.0f %9.0f %9.0f%n",
                variant.delivery(),
                variant.intervalMillis() / 1_000,
                millis.length,
                Quantiles.of(millis, 0.5),
                Quantiles.of(millis, 0.95),
                Quantiles.of(millis, 0.99),
                millis[millis.length - 1]);
    }
}
