package dev.messplus.job.kafka.source;

import dev.messplus.job.source.SourceDecorator;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The source of feedback or of measurements in a bounded run, which ends once the run's {@link
 * EndMarker} is on the measurements topic. The job need not be allowed to write the feedback topic,
 * so the marker cannot be there: the enumerator looks for it, and signals it to the readers.
 *
 * <p>The marker says that no request waits for a label any more, so the rest of the topic does not
 * matter to the run.
 */
final class MarkerFollowingSource {

    /** Milliseconds between two looks, by which a run may take longer. */
    private static final long LOOK_INTERVAL_MILLIS = 500;

    private record RunEnded() implements SourceEvent {}

    private MarkerFollowingSource() {}

    static TopicSource of(TopicSource source, SerializableSupplier<EndMarkerReader> markers) {
        return new TopicSource(
                source,
                (reader, context) -> new FollowingReader(reader),
                (enumerator, context) -> new FollowingEnumerator(enumerator, context, markers));
    }

    private static final class FollowingReader extends SourceDecorator.Reader<KafkaPartitionSplit> {

        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        FollowingReader(SourceReader<RawRecord, KafkaPartitionSplit> reader) {
            super(reader);
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> output) throws Exception {
            return ended.isDone() ? InputStatus.END_OF_INPUT : super.pollNext(output);
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return CompletableFuture.anyOf(super.isAvailable(), ended).thenApply(any -> null);
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            if (event instanceof RunEnded) {
                ended.complete(null);
            } else {
                super.handleSourceEvents(event);
            }
        }
    }

    private static final class FollowingEnumerator
            extends SourceDecorator.Enumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

        private final SplitEnumeratorContext<KafkaPartitionSplit> context;
        private final SerializableSupplier<EndMarkerReader> markers;

        private EndMarkerReader reader;
        private boolean ended;

        FollowingEnumerator(
                SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator,
                SplitEnumeratorContext<KafkaPartitionSplit> context,
                SerializableSupplier<EndMarkerReader> markers) {
            super(enumerator);
            this.context = context;
            this.markers = markers;
        }

        @Override
        public void start() {
            super.start();
            reader = markers.get();
            context.callAsync(reader::hasEnded, this::note, 0, LOOK_INTERVAL_MILLIS);
        }

        private void note(Boolean found, Throwable failure) {
            if (failure != null) {
                throw new FlinkRuntimeException(
                        "cannot look for the end of the run on the measurements topic", failure);
            }
            if (found && !ended) {
                ended = true;
                context.registeredReaders().keySet().forEach(this::signalEnd);
            }
        }

        @Override
        public void addReader(int subtask) {
            super.addReader(subtask);
            if (ended) {
                signalEnd(subtask);
            }
        }

        private void signalEnd(int subtask) {
            context.sendEventToSourceReader(subtask, new RunEnded());
        }

        @Override
        public void close() throws IOException {
            try {
                if (reader != null) {
                    reader.close();
                }
            } finally {
                super.close();
            }
        }
    }
}
