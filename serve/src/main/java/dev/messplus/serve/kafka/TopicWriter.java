package dev.messplus.serve.kafka;

import dev.messplus.batch.kafka.JobTopics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Writes requests and labels. A thread of its own waits where the producer does. */
public final class TopicWriter implements AutoCloseable {

    /** A caller that waits for longer than this may as well try again. */
    private static final Duration OUTAGE = Duration.ofSeconds(10);

    private final KafkaProducer<byte[], byte[]> producer;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
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
        thread.execute(
                () -> {
                    try {
                        producer.send(record, (written, problem) -> done.accept(problem));
                    } catch (KafkaException | IllegalStateException e) {
                        done.accept(e);
                    }
                });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.shutdown();
        producer.close(Duration.ofSeconds(1));
    }
}
