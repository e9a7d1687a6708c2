package dev.messplus.job.kafka.source;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads one partition of the measurements topic until it finds the marker of the run. */
final class EndMarkerReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    /** How long one look takes at most, however much there is to read. */
    private static final long LOOK_NANOS = 1_000_000_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final EndMarker marker;

    private boolean ended;
    private boolean closed;

    /**
     * Opens a reader.
     *
     * @param properties of the consumer
     * @param partition partition to read; the run writes its marker to each
     * @param fromOffset offset to begin at: that of the partition's end when the run was submitted
     */
    EndMarkerReader(
            Properties properties, TopicPartition partition, long fromOffset, EndMarker marker) {
        this.marker = marker;
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        consumer.seek(partition, fromOffset);
    }

    /** Whether the run has written its marker, as far as can be read in a moment. */
    synchronized boolean hasEnded() {
        if (!closed && !ended) {
            try {
                look();
            } catch (WakeupException e) {
                // Another thread is closing this reader.
            }
        }
        return ended;
    }

    private void look() {
        long startNanos = System.nanoTime();
        ConsumerRecords<byte[], byte[]> records;
        do {
            records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                ended |= marker.matches(record.value());
            }
        } while (!records.isEmpty() && !ended && System.nanoTime() - startNanos < LOOK_NANOS);
    }

    /** Closes the reader. Flink does so while another thread may be looking for the marker. */
    @Override
    public void close() {
        consumer.wakeup();
        closeConsumer();
    }

    private synchronized void closeConsumer() {
        closed = true;
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
