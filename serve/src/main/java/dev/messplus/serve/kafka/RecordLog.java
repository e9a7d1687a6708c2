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
    private volatile int partitions;
    private volatile boolean closed;

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
        List<TopicPartition> all = JobTopics.partitions(topic, consumer);
        partitions = all.size();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        positions.forEach(consumer::seek);
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
        int count = arriving.size();
        if (count > 0) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
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
        consumer.close();
        while (!closed) {
            try {
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
            consumer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
