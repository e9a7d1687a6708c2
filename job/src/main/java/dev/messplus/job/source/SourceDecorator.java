package dev.messplus.job.source;

import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.lineage.DefaultSourceLineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;

/**
 * A source whose readers and enumerators do more than those of another source.
 *
 * @param <S> type of the splits
 * @param <E> type of the enumerator's state
 */
public class SourceDecorator<S extends SourceSplit, E>
        implements Source<RawRecord, S, E>, ResultTypeQueryable<RawRecord>, LineageVertexProvider {

    private final Source<RawRecord, S, E> source;
    private final Readers<S> readers;
    private final Enumerators<S, E> enumerators;

    /**
     * What becomes of a reader of the other source.
     *
     * @param <S> type of the splits
     */
    public interface Readers<S extends SourceSplit> extends Serializable {

        /** Decorates a reader. */
        SourceReader<RawRecord, S> decorate(
                SourceReader<RawRecord, S> reader, SourceReaderContext context);

        /** What the other source's reader has for a context. */
        default SourceReaderContext context(SourceReaderContext context) {
            return context;
        }
    }

    /**
     * What becomes of an enumerator of the other source, new or restored.
     *
     * @param <S> type of the splits
     * @param <E> type of the enumerator's state
     */
    public interface Enumerators<S extends SourceSplit, E> extends Serializable {

        /** Decorates an enumerator. */
        SplitEnumerator<S, E> decorate(
                SplitEnumerator<S, E> enumerator, SplitEnumeratorContext<S> context);
    }

    /** A source that does what {@code source} does, and more. */
    public SourceDecorator(
            Source<RawRecord, S, E> source, Readers<S> readers, Enumerators<S, E> enumerators) {
        this.source = source;
        this.readers = readers;
        this.enumerators = enumerators;
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
    }

    @Override
    public SourceReader<RawRecord, S> createReader(SourceReaderContext context) throws Exception {
        return readers.decorate(source.createReader(readers.context(context)), context);
    }

    @Override
    public SplitEnumerator<S, E> createEnumerator(SplitEnumeratorContext<S> context)
            throws Exception {
        return enumerators.decorate(source.createEnumerator(context), context);
    }

    @Override
    public SplitEnumerator<S, E> restoreEnumerator(SplitEnumeratorContext<S> context, E checkpoint)
            throws Exception {
        return enumerators.decorate(source.restoreEnumerator(context, checkpoint), context);
    }

    @Override
    public SimpleVersionedSerializer<S> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<E> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return TypeInformation.of(RawRecord.class);
    }

    /** What the other source reads, if it says so. */
    @Override
    public LineageVertex getLineageVertex() {
        return source instanceof LineageVertexProvider known
                ? known.getLineageVertex()
                : new DefaultSourceLineageVertex(getBoundedness());
    }

    /**
     * A reader that does what another one does.
     *
     * @param <S> type of the splits
     */
    public abstract static class Reader<S extends SourceSplit>
            implements SourceReader<RawRecord, S> {

        private final SourceReader<RawRecord, S> reader;

        protected Reader(SourceReader<RawRecord, S> reader) {
            this.reader = reader;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> output) throws Exception {
            return reader.pollNext(output);
        }

        @Override
        public void start() {
            reader.start();
        }

        @Override
        public List<S> snapshotState(long checkpointId) {
            return reader.snapshotState(checkpointId);
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return reader.isAvailable();
        }

        @Override
        public void addSplits(List<S> splits) {
            reader.addSplits(splits);
        }

        @Override
        public void notifyNoMoreSplits() {
            reader.notifyNoMoreSplits();
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            reader.handleSourceEvents(event);
        }

        @Override
        public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
            reader.pauseOrResumeSplits(toPause, toResume);
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) throws Exception {
            reader.notifyCheckpointComplete(checkpointId);
        }

        @Override
        public void notifyCheckpointAborted(long checkpointId) throws Exception {
            reader.notifyCheckpointAborted(checkpointId);
        }

        @Override
        public void close() throws Exception {
            reader.close();
        }
    }

    /**
     * An enumerator that does what another one does.
     *
     * @param <S> type of the splits
     * @param <E> type of the state
     */
    public abstract static class Enumerator<S extends SourceSplit, E>
            implements SplitEnumerator<S, E> {

        private final SplitEnumerator<S, E> enumerator;

        protected Enumerator(SplitEnumerator<S, E> enumerator) {
            this.enumerator = enumerator;
        }

        @Override
        public void start() {
            enumerator.start();
        }

        @Override
        public void handleSplitRequest(int subtask, String host) {
            enumerator.handleSplitRequest(subtask, host);
        }

        @Override
        public void addSplitsBack(List<S> splits, int subtask) {
            enumerator.addSplitsBack(splits, subtask);
        }

        @Override
        public void addReader(int subtask) {
            enumerator.addReader(subtask);
        }

        @Override
        public E snapshotState(long checkpointId) throws Exception {
            return enumerator.snapshotState(checkpointId);
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) throws Exception {
            enumerator.notifyCheckpointComplete(checkpointId);
        }

        @Override
        public void notifyCheckpointAborted(long checkpointId) throws Exception {
            enumerator.notifyCheckpointAborted(checkpointId);
        }

        @Override
        public void handleSourceEvent(int subtask, SourceEvent event) {
            enumerator.handleSourceEvent(subtask, event);
        }

        @Override
        public void close() throws IOException {
            enumerator.close();
        }
    }
}
