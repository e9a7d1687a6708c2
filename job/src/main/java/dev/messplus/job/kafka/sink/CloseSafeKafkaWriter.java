package dev.messplus.job.kafka.sink;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connector's writer with a {@code close()} that does not throw and leaves nothing open.
 *
 * <p>The writer of connector 5.0.0 throws in {@code close()} if it cannot abort its transaction or
 * if an earlier send has failed; since FLINK-38790 it ignores sends that fail because of the abort.
 * If the task is failing already, Flink treats that second exception as fatal and ends the
 * TaskManager. The writer also leaves its admin client open, with which it searched for
 * transactions of an earlier run, and with it a thread and the job's classes.
 *
 * <p>There is no known ticket for what is left. This class can go when the connector's writer
 * closes its admin client and no longer throws in {@code close()}.
 *
 * @param <T> type of the records
 * @param writer the connector's writer
 * @param transactional whether it writes in transactions, so that it may have an admin client
 */
record CloseSafeKafkaWriter<T>(
        PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer,
        boolean transactional)
        implements StatefulSinkWriter<T, KafkaWriterState>,
                CommittingSinkWriter<T, KafkaCommittable> {

    /** Its field of an admin client, which is created when it is first needed. */
    static final String ADMIN = "adminClient";

    private static final Logger LOG = LoggerFactory.getLogger(CloseSafeKafkaWriter.class);

    @Override
    public void write(T element, Context context) throws IOException, InterruptedException {
        writer.write(element, context);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        writer.flush(endOfInput);
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
        writer.writeWatermark(watermark);
    }

    @Override
    public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
        return writer.prepareCommit();
    }

    @Override
    public List<KafkaWriterState> snapshotState(long checkpointId) throws IOException {
        return writer.snapshotState(checkpointId);
    }

    /**
     * Closes the writer and logs what it throws. Nothing is lost: a checkpoint has flushed what it
     * contains, and everything later is written again after a restart.
     */
    @Override
    public void close() throws InterruptedException {
        try {
            writer.close();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("Cannot close a Kafka writer properly", e);
        } finally {
            closeAdmin();
        }
    }

    private void closeAdmin() {
        if (!transactional) {
            return;
        }
        try {
            Field field = writer.getClass().getDeclaredField(ADMIN);
            field.setAccessible(true);
            if (field.get(writer) instanceof Admin admin) {
                admin.close(Duration.ZERO);
            }
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            LOG.warn(
                    "Cannot close the admin client of {}, which is not that of connector 5.0.0:"
                            + " each restart of the job may leave a thread and the job's classes",
                    writer.getClass().getName(),
                    e);
        }
    }
}
