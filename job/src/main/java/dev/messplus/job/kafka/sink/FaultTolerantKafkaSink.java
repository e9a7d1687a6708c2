package dev.messplus.job.kafka.sink;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.kafka.admin.KafkaAdmin;
import dev.messplus.job.kafka.admin.KafkaErrors;
import dev.messplus.job.kafka.lineage.TopicLineage;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.kafka.common.KafkaException;

/**
 * The connector's {@link KafkaSink} with workarounds for three faults of connector 5.0.0:
 *
 * <ul>
 *   <li>A transactional writer that cannot be initialised leaves an admin client open, with a
 *       thread and the job's classes. While the broker is away that happens with every restart, so
 *       this sink asks for the broker before it creates a writer.
 *   <li>Closing a writer can throw, and does not close its admin client: {@link
 *       CloseSafeKafkaWriter}.
 *   <li>Committing fails for ever if a savepoint is older than its transactional ids: {@link
 *       ExpiryTolerantCommitter}.
 * </ul>
 *
 * <p>The first workaround can go with the first connector whose writer closes its admin client.
 *
 * @param <T> type of the records
 */
final class FaultTolerantKafkaSink<T>
        implements Sink<T>,
                SupportsWriterState<T, KafkaWriterState>,
                SupportsCommitter<KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable>,
                LineageVertexProvider {

    private final KafkaSink<T> sink;

    /** The brokers that must be up before a writer is created; {@code null} if none must. */
    private final KafkaSection requiredBrokers;

    /**
     * Makes a sink tolerant.
     *
     * @param requiredBrokers those of a sink with transactions; {@code null} if it has none, so
     *     that it may start while the broker is away
     */
    FaultTolerantKafkaSink(KafkaSink<T> sink, KafkaSection requiredBrokers) {
        this.sink = sink;
        this.requiredBrokers = requiredBrokers;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        requireBrokers();
        return new CloseSafeKafkaWriter<>(sink.createWriter(context), requiredBrokers != null);
    }

    @Override
    public StatefulSinkWriter<T, KafkaWriterState> restoreWriter(
            WriterInitContext context, Collection<KafkaWriterState> state) {
        requireBrokers();
        return new CloseSafeKafkaWriter<>(
                sink.restoreWriter(context, state), requiredBrokers != null);
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) {
        return new ExpiryTolerantCommitter(sink.createCommitter(context));
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
        sink.addPostCommitTopology(committed);
    }

    @Override
    public LineageVertex getLineageVertex() {
        return TopicLineage.of(sink);
    }

    private void requireBrokers() {
        if (requiredBrokers == null) {
            return;
        }
        try (KafkaAdmin admin = new KafkaAdmin(requiredBrokers)) {
            admin.await(admin.client().describeCluster().nodes());
        } catch (KafkaException e) {
            throw KafkaErrors.toConfigException(requiredBrokers, e);
        }
    }
}
