package dev.messplus.job.kafka;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads one partition of the measurements topic until it finds the marker of the run. */
final class EndMarkerReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    /** Milliseconds that one look takes at most, however much there is to read. */
    private static final long LOOK_MILLIS = 1_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final EndMarker marker;

    private boolean ended;

    /**
     * How to open a reader.
     *
     * @param properties of the consumer
     * @param partition partition to read; the run writes its marker to each
     * @param fromOffset offset to begin at: that of the partition's end when the run was submitted
     */
    record Factory(
            Properties properties, TopicPartition partition, long fromOffset, EndMarker marker)
            implements Serializable {

        EndMarkerReader open() {
            return new EndMarkerReader(this);
        }
    }

    private EndMarkerReader(Factory from) {
        marker = from.marker();
        consumer =
                new KafkaConsumer<>(
                        from.properties(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(List.of(from.partition()));
        consumer.seek(from.partition(), from.fromOffset());
    }

    /** Whether the run has written its marker, as far as can be read in a moment. */
    boolean hasEnded() {
        long startNanos = System.nanoTime();
        ConsumerRecords<byte[], byte[]> records;
        do {
            records = ended ? ConsumerRecords.empty() : consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                ended |= marker.matches(record.value());
            }
        } while (!records.isEmpty()
                && System.nanoTime() - startNanos < Duration.ofMillis(LOOK_MILLIS).toNanos());
        return ended;
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
    }
}
