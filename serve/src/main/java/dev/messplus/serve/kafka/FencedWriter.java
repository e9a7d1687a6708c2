package dev.messplus.serve.kafka;

import dev.messplus.batch.kafka.JobTopics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Writes what its door alone may write: the records about the batches of one partition. As soon as
 * another door has a writer for the partition, this one fails. So a door that was only slow, and
 * not dead, changes nothing any more of what is known of a batch.
 */
public final class FencedWriter implements AutoCloseable {

    /** Others do not read past an open transaction. */
    private static final Duration OUTAGE = Duration.ofSeconds(10);

    private final RecordLog log;
    private final KafkaProducer<byte[], byte[]> producer;
    private volatile boolean broken;
    private volatile boolean fenced;

    /**
     * A writer, in place of all that were there before it.
     *
     * @param partition of the log
     * @throws KafkaException if the brokers do not answer
     */
    public FencedWriter(JobTopics topics, RecordLog log, int partition) {
        this.log = log;
        producer = topics.transactionalProducer(".doors/" + partition, OUTAGE);
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Writes all of some records, or none.
     *
     * @throws KafkaException if none is written, or it is not known; the writer is then broken
     */
    public synchronized void write(List<RecordLog.Entry> entries) {
        try {
            producer.beginTransaction();
            for (RecordLog.Entry entry : entries) {
                ProducerRecord<byte[], byte[]> record = log.record(entry);
                var unused = producer.send(record);
            }
            producer.commitTransaction();
        } catch (KafkaException | IllegalStateException e) {
            fenced =
                    e instanceof ProducerFencedException
                            || e instanceof InvalidProducerEpochException
                            || e.getCause() instanceof ProducerFencedException
                            || e.getCause() instanceof InvalidProducerEpochException;
            broken = true;
            throw e;
        }
    }

    /** Whether another door has a writer in its place. */
    public boolean isFenced() {
        return fenced;
    }

    /** Whether it cannot write any more. */
    public boolean isBroken() {
        return broken;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
