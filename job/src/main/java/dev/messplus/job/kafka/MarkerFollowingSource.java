package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * The feedback source of a bounded run, which ends once the run's {@link EndMarker} is on the
 * measurements topic. The job need not be allowed to write the feedback topic, so the marker cannot
 * be there: the enumerator looks for it, and tells the readers.
 */
final class MarkerFollowingSource extends SourceDecorator {

    /** Milliseconds between two looks; a run takes at most so much longer. */
    private static final long LOOK_INTERVAL_MILLIS = 500;

    private final EndMarkerReader.Factory markers;

    /** Tells a reader that the run has ended. */
    private record RunEnded() implements SourceEvent {}

    MarkerFollowingSource(BoundedSource source, EndMarkerReader.Factory markers) {
        super(source);
        this.markers = markers;
    }

    @Override
    SourceReader<RawRecord, KafkaPartitionSplit> decorate(
            SourceReader<RawRecord, KafkaPartitionSplit> reader, SourceReaderContext context) {
        return new FollowingReader(reader);
    }

    @Override
    SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> decorate(
            SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator,
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return new FollowingEnumerator(enumerator, context, markers);
    }

    private static final class FollowingReader extends ReaderDecorator {

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

    private static final class FollowingEnumerator extends EnumeratorDecorator {

        private final SplitEnumeratorContext<KafkaPartitionSplit> context;
        private final EndMarkerReader.Factory markers;

        private EndMarkerReader reader;
        private boolean ended;

        FollowingEnumerator(
                SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator,
                SplitEnumeratorContext<KafkaPartitionSplit> context,
                EndMarkerReader.Factory markers) {
            super(enumerator);
            this.context = context;
            this.markers = markers;
        }

        @Override
        public void start() {
            super.start();
            reader = markers.open();
            context.callAsync(reader::hasEnded, this::note, 0, LOOK_INTERVAL_MILLIS);
        }

        private void note(Boolean found, Throwable failure) {
            if (failure != null) {
                throw new FlinkRuntimeException(
                        "cannot look for the end of the run on the measurements topic", failure);
            }
            if (found && !ended) {
                ended = true;
                context.registeredReaders().keySet().forEach(this::tell);
            }
        }

        @Override
        public void addReader(int subtask) {
            super.addReader(subtask);
            if (ended) {
                tell(subtask);
            }
        }

        private void tell(int subtask) {
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
