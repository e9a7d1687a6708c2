package com.acme;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;

/** Reads requests in Avro's binary encoding. Its fields have the names of those in JSON. */
public final class AvroRequests extends AbstractDeserializationSchema<String> {

    public static final String SCHEMA =
            """
            {"type": "record", "name": "Request", "namespace": "com.acme", "fields": [
              {"name": "id", "type": "string"},
              {"name": "sla", "type": "string"},
              {"name": "prompt", "type": "string"},
              {"name": "params", "default": null, "type": ["null",
                {"type": "record", "name": "Params", "fields": [
                  {"name": "max_tokens", "type": "int"},
                  {"name": "temperature", "type": "double"}]}]},
              {"name": "reference", "default": null, "type": ["null", "string"]}]}
            """;

    private transient GenericDatumReader<GenericRecord> reader;

    @Override
    public void open(InitializationContext context) {
        reader = new GenericDatumReader<>(new Schema.Parser().parse(SCHEMA));
    }

    @Override
    public String deserialize(byte[] value) throws IOException {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, null);
        GenericRecord request = reader.read(null, decoder);
        if (!decoder.isEnd()) {
            throw new IOException("bytes follow the record");
        }
        // The text of a record without bytes, NaN and infinities is JSON.
        return request.toString();
    }
}
