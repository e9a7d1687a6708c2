package dev.messplus.batch.kafka;

import dev.messplus.batch.line.LineAnswer;
import dev.messplus.batch.line.RequestId;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads the responses to a batch from the responses topic, of which others are most. */
public final class AnswerReader implements AutoCloseable {

    /** A topic that gets more partitions has responses in them from then on. */
    private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(30);

    /** How long it waits for a broker, where it can do without. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String topic;
    private final byte[] prefix;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Integer, Long> offsets;
    private long discoveredNanos;

    /**
     * A reader.
     *
     * @param batch what the ids of its requests begin with
     * @param from where it begins, by partition; a partition that is missing is read from its start
     */
    public AnswerReader(JobTopics topics, String batch, Map<Integer, Long> from) {
        topic = topics.responses();
        prefix = RequestId.prefix(batch).getBytes(StandardCharsets.UTF_8);
        consumer = topics.consumer("read_committed");
        offsets = new TreeMap<>(from);
        assign(from);
    }

    private void assign(Map<Integer, Long> from) {
        List<TopicPartition> partitions = JobTopics.partitions(topic, consumer);
        List<TopicPartition> added =
                partitions.stream().filter(p -> !from.containsKey(p.partition())).toList();
        consumer.assign(partitions);
        partitions.stream()
                .filter(p -> from.containsKey(p.partition()))
                .forEach(p -> consumer.seek(p, from.get(p.partition())));
        consumer.seekToBeginning(added);
        discoveredNanos = System.nanoTime();
    }

    /**
     * The responses that have come since the last call.
     *
     * @param atMost how long it waits for one
     * @throws DeletedAnswersException if the topic has deleted responses that were not read
     */
    public List<LineAnswer> poll(Duration atMost) {
        if (System.nanoTime() - discoveredNanos > DISCOVERY_INTERVAL.toNanos()) {
            discover();
        }
        List<LineAnswer> answers = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
                answer(record).ifPresent(answers::add);
            }
        } catch (OffsetOutOfRangeException e) {
            throw new DeletedAnswersException(
                    "%s has deleted responses before they were read: raise its retention.ms, and begin the batch again without its progress file"
                            .formatted(topic),
                    e);
        }
        return answers;
    }

    private void discover() {
        discoveredNanos = System.nanoTime();
        try {
            if (consumer.partitionsFor(topic, PATIENCE).size() > consumer.assignment().size()) {
                assign(offsets());
            }
        } catch (TimeoutException e) {
            // The brokers are away. Those that come back are asked again.
        }
    }

    private Optional<LineAnswer> answer(ConsumerRecord<byte[], byte[]> record) {
        if (!isOfBatch(record.key()) || record.value() == null) {
            return Optional.empty();
        }
        String json = new String(record.value(), StandardCharsets.UTF_8);
        try {
            Response response = Json.MAPPER.readValue(json, Response.class);
            return response == null || response.id() == null
                    ? Optional.empty()
                    : RequestId.parse(response.id())
                            .map(id -> new LineAnswer(id, response, json, record.timestamp()));
        } catch (IOException e) {
            // The job has not written it.
            return Optional.empty();
        }
    }

    private boolean isOfBatch(byte[] key) {
        if (key == null || key.length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (key[i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Where the next response is, by partition. While the brokers are away, it may be where one was
     * that has been passed on already.
     */
    public Map<Integer, Long> offsets() {
        try {
            for (TopicPartition partition : consumer.assignment()) {
                offsets.put(partition.partition(), consumer.position(partition, PATIENCE));
            }
        } catch (TimeoutException e) {
            // What is read twice is recorded once.
        }
        return new TreeMap<>(offsets);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
