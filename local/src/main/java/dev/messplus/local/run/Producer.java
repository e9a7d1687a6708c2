package dev.messplus.local.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.messplus.record.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends records to a topic: prompts at a steady rate, or single records as they are. */
public final class Producer implements AutoCloseable {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final AtomicReference<Exception> firstFailure = new AtomicReference<>();

    /**
     * A producer for one topic.
     *
     * @param bootstrap address of the broker
     * @param properties more settings of Kafka's producer
     */
    public Producer(String bootstrap, String topic, Map<String, String> properties) {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.put("bootstrap.servers", bootstrap);
        producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Request(String id, String sla, String prompt, String reference, String metric) {}

    /**
     * Sends all prompts and returns once the broker has acknowledged them.
     *
     * @param perSecond prompts per second; 0 sends them as fast as the broker takes them
     * @throws KafkaException if the broker refused a prompt
     */
    public void send(List<LabelledPrompt> prompts, String sla, double perSecond) {
        long start = System.nanoTime();
        for (int i = 0; i < prompts.size(); i++) {
            if (perSecond > 0) {
                sleepUntil(start + (long) (i * NANOS_PER_SECOND / perSecond));
            }
            LabelledPrompt prompt = prompts.get(i);
            send(
                    prompt.id(),
                    Json.bytes(
                            new Request(
                                    prompt.id(),
                                    sla,
                                    prompt.text(),
                                    prompt.reference(),
                                    prompt.metric())));
        }
        flush();
    }

    /**
     * Sends one record, without waiting for the broker.
     *
     * @param key key of the record; may be {@code null}
     */
    public void send(String key, byte[] value) {
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, keyBytes, value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                firstFailure.compareAndSet(null, failure);
                            }
                        });
    }

    /**
     * Waits until the broker has acknowledged every record.
     *
     * @throws KafkaException if the broker refused a record
     */
    public void flush() {
        producer.flush();
        if (firstFailure.get() != null) {
            throw new KafkaException("topic " + topic + " refused a record", firstFailure.get());
        }
    }

    @Override
    public void close() {
        producer.close();
    }

    private static void sleepUntil(long nanoTime) {
        long left = nanoTime - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = nanoTime - System.nanoTime();
        }
    }
}
