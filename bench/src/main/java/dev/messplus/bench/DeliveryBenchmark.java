package dev.messplus.bench;

import dev.messplus.bench.stream.ModelServer;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.minicluster.EmbeddedFlink;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures the latency from a sender's send to a reader's receipt, by {@code delivery} and
 * checkpoint interval.
 *
 * <p>All jobs run at the same time, in one cluster and on one broker, and answer the same requests,
 * so that other load on the machine affects all of them. Requests come at a steady rate. The model
 * server takes 20 ms for an answer. The reader is {@code read_committed}. Requests sent during the
 * first 30 s are not counted.
 */
final class DeliveryBenchmark {

    private static final int PER_SECOND = 20;
    private static final int SETTLE_SECONDS = 30;
    private static final long SERVICE_MILLIS = 20;
    private static final List<String> DELIVERIES = List.of("at_least_once", "exactly_once");
    private static final List<Integer> INTERVALS_MILLIS = List.of(1_000, 5_000, 10_000);
    private static final String REQUESTS = "requests";

    /** One of the jobs that run side by side. */
    private record Variant(String delivery, int intervalMillis) {

        String responses() {
            return delivery + "-" + intervalMillis + ".responses";
        }

        MessConfig config(String bootstrap, String model) {
            String name = delivery + "-" + intervalMillis;
            return new ConfigLoader(Map.of())
                    .parse(
                            name,
                            """
                            kafka:
                              bootstrap: "%1$s"
                              groupId: %2$s
                              createTopics: true
                              topics: { requests: %3$s, responses: %2$s.responses,
                                        feedback: %2$s.feedback,
                                        measurements: %2$s.measurements,
                                        deadLetters: %2$s.dead-letters }
                            zoo:
                              m: { url: "%4$s", model: m,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                            slas: { gold: { alpha: 0.5 } }
                            embedding: { model: hashing }
                            checkpointIntervalMillis: %5$d
                            delivery: %6$s
                            """
                                    .formatted(
                                            bootstrap,
                                            name,
                                            REQUESTS,
                                            model,
                                            intervalMillis,
                                            delivery));
        }
    }

    private DeliveryBenchmark() {}

    /**
     * Measures and prints a row for each variant.
     *
     * @param seconds for which counted requests are sent
     */
    static void run(int seconds) throws Exception {
        List<Variant> variants = new ArrayList<>();
        for (int intervalMillis : INTERVALS_MILLIS) {
            DELIVERIES.forEach(delivery -> variants.add(new Variant(delivery, intervalMillis)));
        }
        Path folder = Files.createTempDirectory("delivery");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedFlink flink =
                        EmbeddedFlink.start(
                                folder.resolve("flink"),
                                folder.resolve("log"),
                                Ports.free(),
                                variants.size());
                ModelServer model = new ModelServer(0, SERVICE_MILLIS)) {
            for (Variant variant : variants) {
                var unused =
                        BenchJob.start(flink, variant.config(kafka.bootstrap(), model.url()), 1);
            }
            Map<String, double[]> millis = measure(kafka.bootstrap(), variants, seconds);
            print(variants, millis);
        }
    }

    /** Latencies in milliseconds by responses topic, sorted. */
    private static Map<String, double[]> measure(
            String bootstrap, List<Variant> variants, int seconds) throws IOException {
        int first = SETTLE_SECONDS * PER_SECOND;
        long[] sentNanos = new long[first + seconds * PER_SECOND];
        Map<String, double[]> millis = new HashMap<>();
        variants.forEach(variant -> millis.put(variant.responses(), new double[sentNanos.length]));
        List<TopicPartition> responses =
                millis.keySet().stream().map(topic -> new TopicPartition(topic, 0)).toList();
        try (KafkaProducer<byte[], byte[]> producer = BenchKafka.producer(bootstrap, 0);
                KafkaConsumer<byte[], byte[]> consumer =
                        BenchKafka.consumer(bootstrap, responses)) {
            ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
            int[] next = {0};
            var unused =
                    sender.scheduleAtFixedRate(
                            () -> {
                                if (next[0] < sentNanos.length) {
                                    send(producer, next[0]++, sentNanos);
                                }
                            },
                            0,
                            TimeUnit.SECONDS.toNanos(1) / PER_SECOND,
                            TimeUnit.NANOSECONDS);
            receive(consumer, sentNanos, millis);
            sender.shutdown();
        }
        millis.replaceAll(
                (topic, all) -> {
                    double[] counted = Arrays.copyOfRange(all, first, all.length);
                    Arrays.sort(counted);
                    return counted;
                });
        return millis;
    }

    /** Fills in latencies until each request has its response on every topic. */
    private static void receive(
            KafkaConsumer<byte[], byte[]> consumer, long[] sentNanos, Map<String, double[]> millis)
            throws IOException {
        long left = (long) millis.size() * sentNanos.length;
        while (left > 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                long nowNanos = System.nanoTime();
                int id = Json.MAPPER.readTree(record.value()).get("id").asInt();
                millis.get(record.topic())[id] = (nowNanos - sentNanos[id]) / 1e6;
                left--;
            }
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int id, long[] sentNanos) {
        byte[] request =
                """
                {"id":"%d","sla":"gold","prompt":"yes or no?","reference":"yes","metric":"exact"}"""
                        .formatted(id)
                        .getBytes(StandardCharsets.UTF_8);
        sentNanos[id] = System.nanoTime();
        var unused = producer.send(new ProducerRecord<>(REQUESTS, request));
    }

    private static void print(List<Variant> variants, Map<String, double[]> millis) {
        System.out.printf(
                "%-16s %12s %10s %9s %9s %9s %9s%n",
                "delivery", "checkpoints", "responses", "p50 ms", "p95 ms", "p99 ms", "max ms");
        for (Variant variant : variants) {
            double[] all = millis.get(variant.responses());
            System.out.printf(
                    "%-16s %10d s %10d %9.0f %9.0f %9.0f %9.0f%n",
                    variant.delivery(),
                    variant.intervalMillis() / 1_000,
                    all.length,
                    Quantiles.of(all, 0.5),
                    Quantiles.of(all, 0.95),
                    Quantiles.of(all, 0.99),
                    all[all.length - 1]);
        }
    }
}
