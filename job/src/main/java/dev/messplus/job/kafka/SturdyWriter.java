package dev.messplus.job.kafka;

import java.io.IOException;
import java.lang.reflect.Field;
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
 * The connector's writer, closed without harm.
 *
 * <p>It throws while it is closed what it had not told before, or that it could not abort its
 * transaction. A task fails for one reason and is then closed: a second one is fatal, and ends the
 * whole TaskManager. And it keeps open the client with which it looked for transactions that an
 * earlier run left open, and with it a thread and the job's classes.
 *
 * @param <T> what is written
 */
record SturdyWriter<T>(
        PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer)
        implements StatefulSinkWriter<T, KafkaWriterState>,
                CommittingSinkWriter<T, KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(SturdyWriter.class);

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

    /** What is durable was flushed by a checkpoint; all else is written again. */
    @Override
    public void close() throws InterruptedException {
        try {
            writer.close();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("A Kafka writer could not be closed in good order", e);
        } finally {
            closeAdmin();
        }
    }

    private void closeAdmin() {
        try {
            Field field = writer.getClass().getDeclaredField("adminClient");
            field.setAccessible(true);
            if (field.get(writer) instanceof Admin admin) {
                admin.close(Duration.ZERO);
            }
        } catch (ReflectiveOperationException e) {
            LOG.debug("A Kafka writer without an administrator's client", e);
        }
    }
}
