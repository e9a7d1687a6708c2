package dev.messplus.local.run;

import dev.messplus.record.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends prompts to a topic at a steady rate. */
final class Producer implements AutoCloseable {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final AtomicReference<Exception> firstFailure = new AtomicReference<>();

    /** A producer for {@code topic} on the broker at {@code bootstrap}. */
    Producer(String bootstrap, String topic) {
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrap),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        this.topic = topic;
    }

    /**
     * Sends all prompts and returns once the broker has acknowledged them.
     *
     * @param perSecond prompts per second; 0 sends them as fast as the broker takes them
     * @param mayBeSent gives a permit for each prompt
     * @throws KafkaException if the broker refused a prompt
     */
    void send(List<LabelledPrompt> prompts, String sla, double perSecond, Semaphore mayBeSent)
            throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < prompts.size(); i++) {
            if (perSecond > 0) {
                sleepUntil(start + (long) (i * NANOS_PER_SECOND / perSecond));
            }
            mayBeSent.acquire();
            send(prompts.get(i), sla);
        }
        producer.flush();
        if (firstFailure.get() != null) {
            throw new KafkaException("topic " + topic + " refused a record", firstFailure.get());
        }
    }

    private void send(LabelledPrompt prompt, String sla) {
        byte[] key = prompt.id().getBytes(StandardCharsets.UTF_8);
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, key, Json.bytes(prompt.under(sla))),
                        (metadata, failure) -> {
                            if (failure != null) {
                                firstFailure.compareAndSet(null, failure);
                            }
                        });
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
