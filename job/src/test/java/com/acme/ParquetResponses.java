package com.acme;

import dev.messplus.job.ends.ResponseSink;
import dev.messplus.record.Response;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.formats.parquet.avro.AvroParquetWriters;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;

/**
 * Writes responses to Parquet files in the option {@code path}: each subtask one at each
 * checkpoint, if there are any. Fields that are not in the schema are left out.
 */
public final class ParquetResponses implements ResponseSink {

    public static final String SCHEMA =
            """
            {"type": "record", "name": "Response", "namespace": "com.acme", "fields": [
              {"name": "id", "type": "string"},
              {"name": "sla", "type": ["null", "string"]},
              {"name": "status", "type": "string"},
              {"name": "model", "type": ["null", "string"]},
              {"name": "output", "type": ["null", "string"]},
              {"name": "score", "type": ["null", "double"]},
              {"name": "energy_joules", "type": ["null", "double"]},
              {"name": "error", "type": ["null", "string"]}]}
            """;

    @Override
    public Sink<Response> create(Map<String, String> options, String name) {
        String path = options.get("path");
        if (path == null) {
            throw new IllegalArgumentException("options.path: is missing");
        }
        return FileSink.forBulkFormat(new Path(path), new RowWriter.Factory())
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withOutputFileConfig(new OutputFileConfig(name, ".parquet"))
                .build();
    }

    private record RowWriter(Schema schema, BulkWriter<GenericRecord> rows)
            implements BulkWriter<Response> {

        @Override
        public void addElement(Response response) throws IOException {
            GenericRecord row = new GenericData.Record(schema);
            row.put("id", response.id());
            row.put("sla", response.sla());
            row.put("status", response.status());
            row.put("model", response.model());
            row.put("output", response.output().text());
            row.put("score", known(response.score()));
            row.put("energy_joules", known(response.energy().joules()));
            row.put("error", response.error());
            rows.addElement(row);
        }

        private static Double known(double value) {
            return Double.isNaN(value) ? null : value;
        }

        @Override
        public void flush() throws IOException {
            rows.flush();
        }

        @Override
        public void finish() throws IOException {
            rows.finish();
        }

        private record Factory() implements BulkWriter.Factory<Response> {

            @Override
            public BulkWriter<Response> create(FSDataOutputStream out) throws IOException {
                Schema schema = new Schema.Parser().parse(SCHEMA);
                return new RowWriter(
                        schema, AvroParquetWriters.forGenericRecord(schema).create(out));
            }
        }
    }
}
