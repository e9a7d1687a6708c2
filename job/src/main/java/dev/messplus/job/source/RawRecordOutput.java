package dev.messplus.job.source;

import dev.messplus.record.RawRecord;
import java.util.function.Predicate;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;

/**
 * An output of a reader that sees each record, and may drop some.
 *
 * @param <O> type of the output that records go to
 */
public class RawRecordOutput<O extends SourceOutput<RawRecord>> implements SourceOutput<RawRecord> {

    final O output;
    final Predicate<RawRecord> passes;

    private RawRecordOutput(O output, Predicate<RawRecord> passes) {
        this.output = output;
        this.passes = passes;
    }

    /**
     * An output of records of all partitions.
     *
     * @param passes sees each record, and says whether it is passed on
     */
    public static ReaderOutput<RawRecord> of(
            ReaderOutput<RawRecord> output, Predicate<RawRecord> passes) {
        return new OfAllPartitions(output, passes);
    }

    @Override
    public void collect(RawRecord value) {
        if (passes.test(value)) {
            output.collect(value);
        }
    }

    @Override
    public void collect(RawRecord value, long timestampMillis) {
        if (passes.test(value)) {
            output.collect(value, timestampMillis);
        }
    }

    @Override
    public void emitWatermark(Watermark watermark) {
        output.emitWatermark(watermark);
    }

    @Override
    public void markIdle() {
        output.markIdle();
    }

    @Override
    public void markActive() {
        output.markActive();
    }

    private static final class OfAllPartitions extends RawRecordOutput<ReaderOutput<RawRecord>>
            implements ReaderOutput<RawRecord> {

        OfAllPartitions(ReaderOutput<RawRecord> output, Predicate<RawRecord> passes) {
            super(output, passes);
        }

        @Override
        public SourceOutput<RawRecord> createOutputForSplit(String split) {
            return new RawRecordOutput<>(output.createOutputForSplit(split), passes);
        }

        @Override
        public void releaseOutputForSplit(String split) {
            output.releaseOutputForSplit(split);
        }
    }
}
