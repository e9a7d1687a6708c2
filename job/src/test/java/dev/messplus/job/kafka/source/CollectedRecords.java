package dev.messplus.job.kafka.source;

import dev.messplus.record.RawRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;

/** An output that keeps what it is given. */
final class CollectedRecords implements ReaderOutput<RawRecord> {

    private final List<RawRecord> records = new ArrayList<>();
    private final List<Long> watermarks = new ArrayList<>();
    private boolean idle;

    List<RawRecord> records() {
        return records;
    }

    /** Those that moved the time. */
    List<Long> watermarks() {
        return watermarks;
    }

    boolean isIdle() {
        return idle;
    }

    @Override
    public void collect(RawRecord value) {
        records.add(value);
    }

    @Override
    public void collect(RawRecord value, long timestampMillis) {
        records.add(value);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
        if (watermarks.isEmpty()
                || watermarks.get(watermarks.size() - 1) < watermark.getTimestamp()) {
            watermarks.add(watermark.getTimestamp());
        }
    }

    @Override
    public void markIdle() {
        idle = true;
    }

    @Override
    public void markActive() {
        idle = false;
    }

    @Override
    public SourceOutput<RawRecord> createOutputForSplit(String split) {
        return this;
    }

    @Override
    public void releaseOutputForSplit(String split) {}
}
