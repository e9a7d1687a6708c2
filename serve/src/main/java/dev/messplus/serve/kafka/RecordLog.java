package dev.messplus.serve.kafka;

import dev.messplus.batch.kafka.JobTopics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic that each door reads from its start, so that all of them know the same. Who has
 * called {@link #readToEnd} knows what anybody had written before.
 */
public final class RecordLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecordLog.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SHORT_POLL = Duration.ofMillis(10);
    private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(30);
    private static final long RETRY_MILLIS = 1_000;

    /**
     * A record.
     *
     * @param partition where it is
     * @param key its key
     * @param value {@code null} if what was under the key is deleted
     */
    public record Entry(int partition, String key, byte[] value) {}

    /** Somebody who waits until all before these offsets is read. */
    private record Reader(Map<TopicPartition, Long> ends, CompletableFuture<Void> done) {}

    private final JobTopics topics;
    private final String topic;
    private final TopicWriter writer;
    private final Consumer<Entry> entries;
    private final Queue<CompletableFuture<Void>> arriving = new ConcurrentLinkedQueue<>();
    private final Queue<Reader> reading = new ArrayDeque<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Thread thread = new Thread(this::run, "record-log");
    private volatile KafkaConsumer<byte[], byte[]> consumer;

    /** Knows the end of the topic, open transactions included. */
    private KafkaConsumer<byte[], byte[]> tail;

    private volatile int partitions;
    private volatile long readNanos = System.nanoTime();
    private volatile boolean closed;
    private long discoveredNanos;

    /**
     * A log, which begins to read.
     *
     * @param entries receives each record, on a thread of the log
     */
    public RecordLog(JobTopics topics, String topic, TopicWriter writer, Consumer<Entry> entries) {
        this.topics = topics;
        this.topic = topic;
        this.writer = writer;
        this.entries = entries;
        open();
        thread.setDaemon(true);
        thread.start();
    }

    private void open() {
        consumer = topics.consumer("read_committed");
        tail = topics.consumer("read_uncommitted");
        assign(JobTopics.partitions(topic, tail));
    }

    private void assign(List<TopicPartition> all) {
        consumer.assign(all);
        consumer.seekToBeginning(all);
        positions.forEach(consumer::seek);
        partitions = all.size();
        discoveredNanos = System.nanoTime();
    }

    /** Somebody may have added partitions. */
    private void discover() {
        if (System.nanoTime() - discoveredNanos > DISCOVERY_INTERVAL.toNanos()) {
            List<TopicPartition> all = JobTopics.partitions(topic, tail);
            discoveredNanos = System.nanoTime();
            if (all.size() > partitions) {
                assign(all);
            }
        }
    }

    private void run() {
        while (!closed) {
            try {
                read();
            } catch (WakeupException e) {
                // Somebody waits, or the log is closed.
            } catch (InterruptException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be read; reading on in a while", topic, e);
                reopen(e);
            }
        }
    }

    private void read() {
        discover();
        int count = arriving.size();
        if (count > 0) {
            // Past open transactions: behind their begin, others have written.
            Map<TopicPartition, Long> ends = tail.endOffsets(consumer.assignment());
            for (int i = 0; i < count; i++) {
                reading.add(new Reader(ends, arriving.remove()));
            }
        }
        completePast();
        // Of a marker of a transaction, a poll returns nothing.
        Duration wait = reading.isEmpty() ? POLL : SHORT_POLL;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            positions.put(new TopicPartition(topic, record.partition()), record.offset() + 1);
            if (record.key() != null) {
                String key = new String(record.key(), StandardCharsets.UTF_8);
                entries.accept(new Entry(record.partition(), key, record.value()));
            }
        }
        readNanos = System.nanoTime();
        completePast();
    }

    private void completePast() {
        while (!reading.isEmpty() && isPast(reading.peek().ends())) {
            reading.remove().done().complete(null);
        }
    }

    private boolean isPast(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void reopen(RuntimeException problem) {
        for (Reader reader : reading) {
            reader.done().completeExceptionally(problem);
        }
        reading.clear();
        if (problem instanceof OffsetOutOfRangeException) {
            // Compaction and retention delete what is old. What is there is read again.
            positions.clear();
        }
        while (!closed) {
            try {
                closeConsumers();
                Thread.sleep(RETRY_MILLIS);
                open();
                return;
            } catch (InterruptedException | InterruptException e) {
                closed = true;
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be read", topic, e);
            }
        }
    }

    private void closeConsumers() {
        try (KafkaConsumer<?, ?> first = consumer;
                KafkaConsumer<?, ?> second = tail) {
            // Closes both, whatever one of them does.
        }
    }

    /** How long ago the topic was last read. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - readNanos);
    }

    /** Completes when everything has been read that was written before the call. */
    public CompletableFuture<Void> readToEnd() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closed) {
            done.completeExceptionally(new KafkaException("the door is closed"));
        } else {
            arriving.add(done);
            consumer.wakeup();
        }
        return done;
    }

    /** The partition for records about something that is new. */
    public int partitionOf(String id) {
        return Math.floorMod(id.hashCode(), partitions);
    }

    /**
     * Writes a record; completes when it has been read.
     *
     * @param entry what is written
     */
    public CompletableFuture<Void> write(Entry entry) {
        return writer.write(record(entry)).thenCompose(written -> readToEnd());
    }

    ProducerRecord<byte[], byte[]> record(Entry entry) {
        return new ProducerRecord<>(
                topic, entry.partition(), TopicWriter.utf8(entry.key()), entry.value());
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        thread.interrupt();
        try {
            thread.join();
            closeConsumers();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
