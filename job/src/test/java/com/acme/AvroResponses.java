package com.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.api.common.serialization.SerializationSchema;

/** Writes responses in Avro's binary encoding. Fields that are not in the schema are left out. */
public final class AvroResponses implements SerializationSchema<String> {

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

    private transient ObjectMapper json;
    private transient Schema schema;
    private transient GenericDatumWriter<GenericRecord> writer;

    @Override
    public void open(InitializationContext context) {
        json = new ObjectMapper();
        schema = new Schema.Parser().parse(SCHEMA);
        writer = new GenericDatumWriter<>(schema);
    }

    @Override
    public byte[] serialize(String response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            writer.write(record(json.readTree(response)), encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private GenericRecord record(JsonNode response) {
        GenericRecord record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            JsonNode value = response.get(field.name());
            if (value != null) {
                record.put(field.pos(), value.isNumber() ? value.doubleValue() : value.textValue());
            }
        }
        return record;
    }
}
