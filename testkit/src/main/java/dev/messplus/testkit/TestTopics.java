package dev.messplus.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics as a client outside the job sees them: writes bytes, reads committed JSON. */
public final class TestTopics implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();
    private final Map<String, List<JsonNode>> parsed = new HashMap<>();

    /**
     * Clients of a broker.
     *
     * @param topics topics to read from their beginning; they must exist
     */
    public TestTopics(String bootstrap, String... topics) {
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrap),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                Arrays.stream(topics).flatMap(topic -> partitions(topic).stream()).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    public void send(String topic, String key, String value) {
        send(topic, key, value.getBytes(StandardCharsets.UTF_8));
    }

    public void send(String topic, String key, byte[] value) {
        send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    public void send(ProducerRecord<byte[], byte[]> record) {
        var unused = producer.send(record);
    }

    /** Text of a header; null if the record has none of this name. */
    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Waits up to 100 ms for records, and returns all records of a topic so far as JSON. */
    public List<JsonNode> poll(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = pollRecords(topic);
        List<JsonNode> json = parsed.computeIfAbsent(topic, t -> new ArrayList<>());
        records.subList(json.size(), records.size())
                .forEach(record -> json.add(json(record.value())));
        return json;
    }

    /** Waits up to 100 ms for records, and returns all records of a topic so far. */
    public List<ConsumerRecord<byte[], byte[]>> pollRecords(String topic) {
        consumer.poll(Duration.ofMillis(100))
                .forEach(
                        record ->
                                read.computeIfAbsent(record.topic(), t -> new ArrayList<>())
                                        .add(record));
        return read.getOrDefault(topic, List.of());
    }

    /** Waits until all that is on a topic is read, and returns it as JSON. */
    public List<JsonNode> all(String topic) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions(topic));
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(topic);
        }
        return poll(topic);
    }

    /** Number of records on a topic, read or not, including the markers of transactions. */
    public long count(String topic) {
        return consumer.endOffsets(partitions(topic)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Waits until the broker has everything that was sent. */
    public void flush() {
        producer.flush();
    }

    private List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private static JsonNode json(byte[] value) {
        try {
            return TestJson.MAPPER.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
