package com.acme;

import dev.messplus.job.ends.RequestSource;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.IteratorResultIterator;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.formats.parquet.ParquetInputFile;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.hadoop.ParquetReader;

/**
 * Reads each row of Parquet files below the option {@code path} as a request. The columns have the
 * names of the fields in JSON. A request without an id gets its file and the number of its row.
 */
public final class ParquetRequests implements RequestSource {

    private static final Duration DISCOVERY = Duration.ofSeconds(10);

    @Override
    public Source<RawRecord, ?, ?> create(Map<String, String> options, boolean bounded) {
        String path = options.get("path");
        if (path == null) {
            throw new IllegalArgumentException("options.path: is missing");
        }
        var source = FileSource.forBulkFileFormat(new Rows(), new Path(path));
        return bounded ? source.build() : source.monitorContinuously(DISCOVERY).build();
    }

    /**
     * A position is a number of rows: a file is read as a whole, after a restore from its start.
     */
    private record Rows() implements BulkFormat<RawRecord, FileSourceSplit> {

        @Override
        public Reader<RawRecord> createReader(Configuration config, FileSourceSplit split)
                throws IOException {
            return new RowReader(split.path());
        }

        @Override
        public Reader<RawRecord> restoreReader(Configuration config, FileSourceSplit split)
                throws IOException {
            RowReader reader = new RowReader(split.path());
            reader.skip(
                    split.getReaderPosition()
                            .map(CheckpointedPosition::getRecordsAfterOffset)
                            .orElse(0L));
            return reader;
        }

        @Override
        public boolean isSplittable() {
            return false;
        }

        @Override
        public TypeInformation<RawRecord> getProducedType() {
            return TypeInformation.of(RawRecord.class);
        }
    }

    private static final class RowReader implements BulkFormat.Reader<RawRecord> {

        private static final int BATCH_ROWS = 100;

        private final Path file;
        private final ParquetReader<GenericRecord> rows;
        private long count;

        RowReader(Path file) throws IOException {
            this.file = file;
            FileSystem files = file.getFileSystem();
            long bytes = files.getFileStatus(file).getLen();
            rows =
                    AvroParquetReader.<GenericRecord>builder(
                                    new ParquetInputFile(files.open(file), bytes))
                            .withDataModel(GenericData.get())
                            // Lists are then lists of values, whoever wrote the file.
                            .set(AvroSchemaConverter.ADD_LIST_ELEMENT_RECORDS, "false")
                            .build();
        }

        void skip(long number) throws IOException {
            while (count < number && rows.read() != null) {
                count++;
            }
        }

        @Override
        public BulkFormat.RecordIterator<RawRecord> readBatch() throws IOException {
            long before = count;
            List<RawRecord> batch = new ArrayList<>();
            while (batch.size() < BATCH_ROWS) {
                GenericRecord row = rows.read();
                if (row == null) {
                    break;
                }
                count++;
                batch.add(record(row));
            }
            return batch.isEmpty()
                    ? null
                    : new IteratorResultIterator<>(
                            batch.iterator(), CheckpointedPosition.NO_OFFSET, before);
        }

        private RawRecord record(GenericRecord row) {
            return RawRecordBuilder.builder()
                    .topic(file.getPath())
                    .offset(count)
                    .timestampMillis(-1)
                    // The text of a row without bytes, NaN and infinities is JSON.
                    .value(row.toString().getBytes(StandardCharsets.UTF_8))
                    .build();
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
