package dev.messplus.local.run;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the responses topic from its beginning. */
final class Answers implements AutoCloseable {

    private static final ObjectReader READER = Json.MAPPER.readerFor(Response.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** A reader of {@code topic} on the broker at {@code bootstrap}. */
    Answers(String bootstrap, String topic) {
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Waits up to 100 ms for answers and returns those that arrived, in order. */
    List<Response> poll() {
        List<Response> arrived = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            try {
                arrived.add(READER.readValue(record.value()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return arrived;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
