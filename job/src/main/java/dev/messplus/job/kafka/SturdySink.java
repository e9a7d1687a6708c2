package dev.messplus.job.kafka;

import dev.messplus.job.config.KafkaConfig;
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
import org.apache.kafka.common.KafkaException;

/**
 * A Kafka sink that outlives a broker that is away, leaves nothing behind, and restores however old
 * its savepoint is: the connector's own, but for how it starts and how it ends.
 *
 * @param <T> what is written
 */
final class SturdySink<T>
        implements Sink<T>,
                SupportsWriterState<T, KafkaWriterState>,
                SupportsCommitter<KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable> {

    private final KafkaSink<T> sink;

    /** The broker that the sink needs to start; {@code null} if it starts without. */
    private final KafkaConfig needed;

    private SturdySink(KafkaSink<T> sink, KafkaConfig needed) {
        this.sink = sink;
        this.needed = needed;
    }

    static <T> SturdySink<T> atLeastOnce(KafkaSink<T> sink) {
        return new SturdySink<>(sink, null);
    }

    static <T> SturdySink<T> exactlyOnce(KafkaSink<T> sink, KafkaConfig kafka) {
        return new SturdySink<>(sink, kafka);
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        requireBroker();
        return new SturdyWriter<>(sink.createWriter(context));
    }

    @Override
    public StatefulSinkWriter<T, KafkaWriterState> restoreWriter(
            WriterInitContext context, Collection<KafkaWriterState> state) {
        requireBroker();
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

    /**
     * A transactional writer that cannot start leaves a client behind, which nobody can close any
     * more: it is not to start while the broker is away, restart after restart.
     */
    private void requireBroker() {
        if (needed == null) {
            return;
        }
        try (Broker broker = new Broker(needed)) {
            broker.await(broker.admin().describeCluster().nodes());
        } catch (KafkaException e) {
            throw KafkaProblem.of(needed, e);
        }
    }
}
