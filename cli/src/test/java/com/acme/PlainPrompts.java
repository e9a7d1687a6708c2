package com.acme;

import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;

/** Reads requests that are a prompt without quotes, under the SLA gold. */
public final class PlainPrompts extends AbstractDeserializationSchema<String> {

    @Override
    public String deserialize(byte[] value) {
        return "{\"sla\": \"gold\", \"prompt\": \"%s\"}"
                .formatted(new String(value, StandardCharsets.UTF_8));
    }
}
