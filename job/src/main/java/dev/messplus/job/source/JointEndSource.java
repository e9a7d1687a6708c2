package dev.messplus.job.source;

import dev.messplus.record.RawRecord;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;

/**
 * A bounded source whose readers end together, once each has read its partitions to their end.
 * Flink checkpoints no state of a reader that has ended: if one ended earlier than the others, a
 * job that is restored from then would never read its partitions again.
 */
public final class JointEndSource {

    /** From a reader: it has read its partitions. */
    private record HasRead() implements SourceEvent {}

    /** From the enumerator: all readers have read theirs. */
    private record AllHaveRead() implements SourceEvent {}

    private JointEndSource() {}

    /** A source that does so. */
    public static <S extends SourceSplit, E> SourceDecorator<S, E> of(
            Source<RawRecord, S, E> source) {
        return new SourceDecorator<>(source, JointEndReader::new, JointEndEnumerator::new);
    }

    private static final class JointEndReader<S extends SourceSplit>
            extends SourceDecorator.Reader<S> {

        private final SourceReaderContext context;
        private final CompletableFuture<Void> allHaveRead = new CompletableFuture<>();
        private boolean hasRead;

        JointEndReader(SourceReader<RawRecord, S> reader, SourceReaderContext context) {
            super(reader);
            this.context = context;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> output) throws Exception {
            if (!hasRead) {
                InputStatus status = super.pollNext(output);
                if (status != InputStatus.END_OF_INPUT) {
                    return status;
                }
                hasRead = true;
                context.sendSourceEventToCoordinator(new HasRead());
            }
            return allHaveRead.isDone() ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return hasRead ? allHaveRead : super.isAvailable();
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            if (event instanceof AllHaveRead) {
                allHaveRead.complete(null);
            } else {
                super.handleSourceEvents(event);
            }
        }
    }

    private static final class JointEndEnumerator<S extends SourceSplit, E>
            extends SourceDecorator.Enumerator<S, E> {

        private final SplitEnumeratorContext<S> context;
        private final Set<Integer> haveRead = new HashSet<>();

        JointEndEnumerator(SplitEnumerator<S, E> enumerator, SplitEnumeratorContext<S> context) {
            super(enumerator);
            this.context = context;
        }

        @Override
        public void addReader(int subtask) {
            // It may have read its partitions before a failure, and reads them again.
            haveRead.remove(subtask);
            super.addReader(subtask);
        }

        @Override
        public void handleSourceEvent(int subtask, SourceEvent event) {
            if (!(event instanceof HasRead)) {
                super.handleSourceEvent(subtask, event);
                return;
            }
            haveRead.add(subtask);
            Set<Integer> readers = context.registeredReaders().keySet();
            if (readers.size() == context.currentParallelism() && haveRead.containsAll(readers)) {
                readers.forEach(
                        reader -> context.sendEventToSourceReader(reader, new AllHaveRead()));
            }
        }
    }
}
