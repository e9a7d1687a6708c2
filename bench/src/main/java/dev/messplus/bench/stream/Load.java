package dev.messplus.bench.stream;

import dev.messplus.bench.BenchKafka;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.flink.util.function.RunnableWithException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A sender of requests and a reader of responses. It sends either at a steady rate, or as fast as
 * responses come while a set number of requests is open.
 */
final class Load implements AutoCloseable {

    private static final long WAIT_MILLIS = 10;
    private static final long WAITS_PER_CHECK = 100;

    private final String requests;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String prompt;
    private final AtomicLongArray sentNanos;
    private final long[] tookNanos;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Thread reader = new Thread(this::read, "reader");
    private volatile boolean stopping;
    private volatile RuntimeException failure;

    /**
     * Connects.
     *
     * @param job prefix of the job's topics, which have one partition each
     * @param promptChars length of each prompt, in characters
     * @param maxRequests requests that it can send
     */
    Load(String bootstrap, String job, int promptChars, int maxRequests) {
        sentNanos = new AtomicLongArray(maxRequests);
        tookNanos = new long[maxRequests];
        requests = job + ".requests";
        producer = BenchKafka.producer(bootstrap, 0);
        consumer =
                BenchKafka.consumer(bootstrap, List.of(new TopicPartition(job + ".responses", 0)));
        prompt = "yes or no? ".repeat(promptChars / 11 + 1).substring(0, promptChars);
        reader.start();
    }

    /**
     * What came of a stretch of time.
     *
     * @param sent requests sent since the load began
     * @param answered responses in that time
     * @param seconds length of that time
     */
    record Stretch(long sent, long answered, double seconds) {
        double perSecond() {
            return answered / seconds;
        }
    }

    /** Sends while fewer than {@code open} requests wait for their response. */
    Stretch sendOpen(int open, int seconds) {
        long start = System.nanoTime();
        long before = answered.get();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            if (sent.get() - answered.get() < open) {
                send();
            } else {
                pause(1);
            }
        }
        return stretch(start, before);
    }

    /** Sends at a rate. */
    Stretch sendAt(int perSecond, int seconds) {
        long start = System.nanoTime();
        long before = answered.get();
        for (long i = 0; i < (long) perSecond * seconds; i++) {
            long due = start + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
            while (System.nanoTime() < due) {
                pause(1);
            }
            send();
        }
        return stretch(start, before);
    }

    private Stretch stretch(long startNanos, long answeredBefore) {
        requireReader();
        return new Stretch(
                sent.get(),
                answered.get() - answeredBefore,
                (System.nanoTime() - startNanos) / 1e9);
    }

    private void requireReader() {
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Waits until every request has its response.
     *
     * @param job throws an exception if it has ended
     */
    void drain(Duration atMost, RunnableWithException job) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        for (long waits = 0; answered.get() < sent.get(); waits++) {
            requireReader();
            if (waits % WAITS_PER_CHECK == 0) {
                job.run();
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "%d of %d requests have no response"
                                .formatted(sent.get() - answered.get(), sent.get()));
            }
            pause(WAIT_MILLIS);
        }
    }

    /** Number of requests sent so far. */
    long sent() {
        return sent.get();
    }

    /** Number of requests that have a response. */
    long answered() {
        return answered.get();
    }

    /** Number of responses that were not {@code ok}. */
    long failed() {
        return failed.get();
    }

    /** Milliseconds from send to receipt of the requests from number {@code from} on, sorted. */
    double[] millisFrom(long from) {
        double[] millis =
                Arrays.stream(tookNanos, (int) from, (int) sent.get())
                        .mapToDouble(nanos -> nanos / 1e6)
                        .toArray();
        Arrays.sort(millis);
        return millis;
    }

    private void send() {
        int id = (int) sent.getAndIncrement();
        byte[] request =
                """
                {"id":"%d","sla":"gold","prompt":"%s","reference":"yes","metric":"exact"}"""
                        .formatted(id, prompt)
                        .getBytes(StandardCharsets.UTF_8);
        sentNanos.set(id, System.nanoTime());
        var unused = producer.send(new ProducerRecord<>(requests, request));
    }

    private void read() {
        try {
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    take(record);
                }
            }
        } catch (IOException e) {
            failure = new IllegalStateException(e);
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            consumer.close();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        long nowNanos = System.nanoTime();
        var response = Json.MAPPER.readTree(record.value());
        int id = response.get("id").asInt();
        if (tookNanos[id] != 0) {
            return;
        }
        tookNanos[id] = nowNanos - sentNanos.get(id);
        if (!response.get("status").asText().equals("ok")) {
            failed.incrementAndGet();
        }
        answered.incrementAndGet();
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        reader.join();
        producer.close();
    }
}
