package dev.messplus.job.kafka;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka sink that outlives a broker that is away, and restores however old its savepoint is.
 *
 * <p>The connector's writer throws while it is closed what it had not told before, or that it could
 * not abort its transaction. A task fails for one reason and is then closed: a second one is fatal,
 * and ends the whole TaskManager.
 *
 * <p>A savepoint holds the transactions that it committed, and a restored job commits them again.
 * The broker forgets a transactional id a week after its last use (transactional.id.expiration.ms),
 * and the connector, told so, would fail the job, which would be told so again after every restart
 * (FLINK-39072).
 *
 * @param <T> what is written
 */
final class SturdySink<T>
        implements Sink<T>,
                SupportsWriterState<T, KafkaWriterState>,
                SupportsCommitter<KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(SturdySink.class);

    private final KafkaSink<T> sink;

    SturdySink(KafkaSink<T> sink) {
        this.sink = sink;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return new SturdyWriter<>(sink.createWriter(context));
    }

    @Override
    public StatefulSinkWriter<T, KafkaWriterState> restoreWriter(
            WriterInitContext context, Collection<KafkaWriterState> state) {
        return new SturdyWriter<>(sink.restoreWriter(context, state));
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) {
        return new SturdyCommitter(sink.createCommitter(context));
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
        sink.addPostCommitTopology(committed);
    }

    private record SturdyWriter<T>(
            PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer)
            implements StatefulSinkWriter<T, KafkaWriterState>,
                    CommittingSinkWriter<T, KafkaCommittable> {

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
        public Collection<KafkaCommittable> prepareCommit()
                throws IOException, InterruptedException {
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
            }
        }
    }

    private record SturdyCommitter(Committer<KafkaCommittable> committer)
            implements Committer<KafkaCommittable> {

        @Override
        public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
                throws IOException, InterruptedException {
            committer.commit(
                    requests.stream()
                            .<CommitRequest<KafkaCommittable>>map(SturdyRequest::new)
                            .toList());
        }

        @Override
        public void close() throws Exception {
            committer.close();
        }
    }

    private record SturdyRequest(Committer.CommitRequest<KafkaCommittable> request)
            implements Committer.CommitRequest<KafkaCommittable> {

        @Override
        public KafkaCommittable getCommittable() {
            return request.getCommittable();
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void signalFailedWithKnownReason(Throwable reason) {
            request.signalFailedWithKnownReason(reason);
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable reason) {
            if (reason instanceof InvalidPidMappingException) {
                LOG.warn(
                        "The broker has forgotten {}: it was committed long ago, unless the job was down ever since; if so, what it held is lost",
                        request.getCommittable());
                request.signalFailedWithKnownReason(reason);
            } else {
                request.signalFailedWithUnknownReason(reason);
            }
        }

        @Override
        public void retryLater() {
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }
    }
}
