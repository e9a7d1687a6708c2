package dev.messplus.cli.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed records of a topic, without a consumer group: it commits nothing, and nobody
 * else's position changes. What is written later than its creation is only seen by {@link #follow}.
 */
public final class TopicReader implements AutoCloseable {

    /** Fewest offsets that are read at once in search of the last records. */
    private static final long MIN_WINDOW = 200;

    private static final long MAX_WINDOW = 100_000;

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaAccess access;
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> begins;
    private final Map<TopicPartition, Long> ends;

    TopicReader(KafkaAccess access, String topic, List<TopicPartition> partitions) {
        this.access = access;
        this.topic = topic;
        Properties properties = access.properties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // Records may be deleted while they are read.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try {
            consumer =
                    new KafkaConsumer<>(
                            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            begins = consumer.beginningOffsets(partitions, KafkaAccess.PATIENCE);
            ends = consumer.endOffsets(partitions, KafkaAccess.PATIENCE);
        } catch (KafkaException e) {
            throw access.explain(topic, e);
        }
    }

    /** Passes on all records, each partition in order. */
    public void all(Consumer<ConsumerRecord<byte[], byte[]>> sink) {
        read(begins, ends, sink);
    }

    /**
     * Passes on the records that were written at {@code time} or later, each partition in order.
     */
    public void since(Instant time, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
        read(offsets(time), ends, sink);
    }

    /** The first offsets that were written at a time or later; the end if there is none. */
    private Map<TopicPartition, Long> offsets(Instant time) {
        Map<TopicPartition, Long> times = new HashMap<>();
        ends.keySet().forEach(partition -> times.put(partition, time.toEpochMilli()));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            consumer.offsetsForTimes(times, KafkaAccess.PATIENCE)
                    .forEach(
                            (partition, found) ->
                                    offsets.put(
                                            partition,
                                            found == null ? ends.get(partition) : found.offset()));
        } catch (KafkaException e) {
            throw access.explain(topic, e);
        }
        return offsets;
    }

    /** The last records that fulfil a condition, at most {@code count}, in the order of time. */
    public List<ConsumerRecord<byte[], byte[]>> last(
            int count, Predicate<ConsumerRecord<byte[], byte[]>> condition) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (TopicPartition partition : ends.keySet()) {
            Map<TopicPartition, Long> begin = Map.of(partition, begins.get(partition));
            found.addAll(tail(backwards(begin, count, condition, done -> {}).found(), count));
        }
        // Stable, so each partition stays in order.
        found.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        return tail(found, count);
    }

    /**
     * What a search found.
     *
     * @param found the records, in the order of time; empty if there is none
     * @param searched number of offsets that were looked at
     */
    public record Search(List<ConsumerRecord<byte[], byte[]>> found, long searched) {}

    /** Number of offsets of the topic: of all its records, and of markers of transactions. */
    public long size() {
        return ends.keySet().stream().mapToLong(p -> ends.get(p) - begins.get(p)).sum();
    }

    /**
     * Searches backwards from the end, in all partitions at once and in ever larger steps, until a
     * step has records that fulfil a condition.
     *
     * @param from when the oldest record was written that is looked at; null to look at all
     * @param progress receives the number of offsets that were looked at so far
     */
    public Search search(
            Predicate<ConsumerRecord<byte[], byte[]>> condition,
            Instant from,
            LongConsumer progress) {
        Map<TopicPartition, Long> oldest = from == null ? begins : offsets(from);
        Search search = backwards(oldest, 1, condition, progress);
        search.found().sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        return search;
    }

    /**
     * Reads partitions backwards from the end in ever larger steps, because most often the last
     * step is enough.
     *
     * @param oldest the first offset of each that is looked at
     * @param wanted number of records after which it ends
     * @return each partition in order
     */
    private Search backwards(
            Map<TopicPartition, Long> oldest,
            int wanted,
            Predicate<ConsumerRecord<byte[], byte[]>> condition,
            LongConsumer progress) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        long searched = 0;
        long window = Math.min(MAX_WINDOW, Math.max(MIN_WINDOW, wanted));
        Map<TopicPartition, Long> to = new HashMap<>(ends);
        to.entrySet().removeIf(end -> !isAfter(end, oldest));
        while (found.size() < wanted && !to.isEmpty()) {
            Map<TopicPartition, Long> step = new HashMap<>();
            for (Map.Entry<TopicPartition, Long> end : to.entrySet()) {
                long begin = Math.max(oldest.get(end.getKey()), end.getValue() - window);
                step.put(end.getKey(), begin);
                searched += end.getValue() - begin;
            }
            List<ConsumerRecord<byte[], byte[]>> earlier = new ArrayList<>();
            read(
                    step,
                    to,
                    record -> {
                        if (condition.test(record)) {
                            earlier.add(record);
                        }
                    });
            found.addAll(0, earlier);
            to = step;
            to.entrySet().removeIf(end -> !isAfter(end, oldest));
            window = Math.min(MAX_WINDOW, 4 * window);
            progress.accept(searched);
        }
        return new Search(found, searched);
    }

    private static boolean isAfter(
            Map.Entry<TopicPartition, Long> end, Map<TopicPartition, Long> oldest) {
        Long begin = oldest.get(end.getKey());
        return begin != null && end.getValue() > begin;
    }

    private static <T> List<T> tail(List<T> list, int count) {
        return list.subList(Math.max(0, list.size() - count), list.size());
    }

    /** Passes on what is written after this reader was created, until the thread is interrupted. */
    public void follow(Consumer<ConsumerRecord<byte[], byte[]>> sink) {
        try {
            seek(ends);
            while (!Thread.currentThread().isInterrupted()) {
                consumer.poll(POLL).forEach(sink);
            }
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            throw access.explain(topic, e);
        }
    }

    private void read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Consumer<ConsumerRecord<byte[], byte[]>> sink) {
        try {
            seek(from);
            long progressNanos = System.nanoTime();
            long left = left(to);
            while (left > 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < to.get(partition(record))) {
                        sink.accept(record);
                    }
                }
                long now = left(to);
                if (now < left) {
                    progressNanos = System.nanoTime();
                } else if (System.nanoTime() - progressNanos > KafkaAccess.PATIENCE.toNanos()) {
                    throw new KafkaAccessException(
                            "Kafka at %s sent nothing of the topic %s for %d s; try again, or look at the broker's log"
                                    .formatted(
                                            access.kafka().bootstrap(),
                                            topic,
                                            KafkaAccess.PATIENCE.toSeconds()));
                }
                left = now;
            }
        } catch (KafkaException e) {
            throw access.explain(topic, e);
        }
    }

    private void seek(Map<TopicPartition, Long> offsets) {
        consumer.assign(offsets.keySet());
        offsets.forEach(consumer::seek);
    }

    /** Offsets that are still to be read. Those of markers of transactions have no record. */
    private long left(Map<TopicPartition, Long> to) {
        return to.entrySet().stream()
                .mapToLong(
                        end ->
                                Math.max(
                                        0,
                                        end.getValue()
                                                - consumer.position(
                                                        end.getKey(), KafkaAccess.PATIENCE)))
                .sum();
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    @Override
    public void close() {
        try {
            consumer.close();
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }
}
