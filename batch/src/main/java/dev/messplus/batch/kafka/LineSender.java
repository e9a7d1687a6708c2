package dev.messplus.batch.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Sends lines to the requests topic. All but the callbacks run on one thread. */
public final class LineSender implements AutoCloseable {

    /**
     * How long a batch waits for a broker that is away, before it gives up. The same command then
     * goes on where it was.
     */
    private static final Duration OUTAGE = Duration.ofHours(1);

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicLong unacknowledged = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Map<Integer, Long> offsets;

    /**
     * A sender.
     *
     * @param offsets where lines that are sent from now on are, by partition
     */
    public LineSender(JobTopics topics, Map<Integer, Long> offsets) {
        topic = topics.requests();
        producer = topics.producer(OUTAGE);
        this.offsets = new ConcurrentHashMap<>(offsets);
    }

    /**
     * Sends a line, without waiting for the broker.
     *
     * @throws KafkaException if an earlier one was not taken
     */
    public void send(String id, byte[] request) {
        throwIfFailed();
        unacknowledged.incrementAndGet();
        producer.send(
                new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), request),
                this::acknowledged);
    }

    private void acknowledged(RecordMetadata written, Exception problem) {
        if (problem == null) {
            offsets.merge(written.partition(), written.offset() + 1, Math::max);
        } else {
            failure.compareAndSet(null, problem);
        }
        unacknowledged.decrementAndGet();
    }

    /**
     * Whether the topic has all lines that were sent.
     *
     * @throws KafkaException if it does not take one of them
     */
    public boolean isSettled() {
        boolean settled = unacknowledged.get() == 0;
        throwIfFailed();
        return settled;
    }

    /** Where lines that are sent from now on are, by partition, if it is settled. */
    public Map<Integer, Long> offsets() {
        return new TreeMap<>(offsets);
    }

    private void throwIfFailed() {
        Exception problem = failure.get();
        if (problem != null) {
            throw new KafkaException(
                    "Kafka did not take a request: %s. The same command goes on where it was"
                            .formatted(problem.getMessage()),
                    problem);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
