package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;

/**
 * The measurements source of a bounded run, which ends at the run's {@link EndMarker}. The
 * connector's bounded source needs to know the last offset when the job starts; here the run itself
 * writes the end.
 *
 * <p>A reader ends at the first marker it reads, whichever partition it is in. The marker says that
 * no request waits for a label any more, so the rest of the topic does not matter to the run. After
 * a restore the run writes its markers again, so a reader that was already beyond them ends too.
 */
final class MarkerBoundedSource extends SourceDecorator {

    /**
     * The schema instance of the source. Both are serialised together, so a reader sees what the
     * schema has read.
     */
    private final MeasurementSchema schema;

    MarkerBoundedSource(BoundedSource source, MeasurementSchema schema) {
        super(source);
        this.schema = schema;
    }

    @Override
    SourceReader<RawRecord, KafkaPartitionSplit> decorate(
            SourceReader<RawRecord, KafkaPartitionSplit> reader, SourceReaderContext context) {
        return new MarkerBoundedReader(reader, schema);
    }

    private static final class MarkerBoundedReader extends ReaderDecorator {

        private final MeasurementSchema schema;

        MarkerBoundedReader(
                SourceReader<RawRecord, KafkaPartitionSplit> reader, MeasurementSchema schema) {
            super(reader);
            this.schema = schema;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> output) throws Exception {
            InputStatus status = super.pollNext(output);
            return schema.ended() ? InputStatus.END_OF_INPUT : status;
        }
    }
}
