package dev.messplus.serve.kafka;

import dev.messplus.batch.kafka.JobTopics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes records. A thread of its own waits where the producer does. */
public final class TopicWriter implements AutoCloseable {

    /** A caller that waits for longer than this may as well try again. */
    private static final Duration OUTAGE = Duration.ofSeconds(10);

    /** Records that wait for the producer, which waits only while Kafka is away. */
    private static final int MAX_WAITING = 1_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MAX_WAITING),
                    task -> {
                        Thread writer = new Thread(task, "topic-writer");
                        writer.setDaemon(true);
                        return writer;
                    });

    /** A writer of the topics of a job. */
    public TopicWriter(JobTopics topics) {
        producer = topics.producer(OUTAGE);
    }

    /**
     * Writes a record, without waiting.
     *
     * @param headers of the record, by name
     * @param done receives why the topic does not have the record; {@code null} if it has it.
     *     Called by another thread
     */
    public void write(
            String topic,
            String key,
            byte[] value,
            Map<String, String> headers,
            Consumer<Exception> done) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, utf8(key), value);
        headers.forEach((name, text) -> record.headers().add(name, utf8(text)));
        write(record, (written, problem) -> done.accept(problem));
    }

    /** Writes a record; the result is where it is. */
    CompletableFuture<RecordMetadata> write(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> result = new CompletableFuture<>();
        write(
                record,
                (written, problem) -> {
                    if (problem == null) {
                        result.complete(written);
                    } else {
                        result.completeExceptionally(problem);
                    }
                });
        return result;
    }

    private void write(ProducerRecord<byte[], byte[]> record, Callback done) {
        long nanos = System.nanoTime();
        try {
            thread.execute(() -> send(record, nanos, done));
        } catch (RejectedExecutionException e) {
            done.onCompletion(null, new KafkaException("too many records wait for it"));
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record, long nanos, Callback done) {
        if (System.nanoTime() - nanos > OUTAGE.toNanos()) {
            // Its caller has been away for long, and would have it answered for nobody.
            done.onCompletion(
                    null, new KafkaException("it did not answer for " + OUTAGE.toSeconds() + " s"));
            return;
        }
        try {
            producer.send(record, done);
        } catch (KafkaException | IllegalStateException e) {
            done.onCompletion(null, e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        producer.close(Duration.ofSeconds(1));
    }
}
