package com.acme;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;

/** Reads feedback such as {@code r17 gold small 0.8}. */
public final class WordFeedback extends AbstractDeserializationSchema<String> {

    @Override
    public String deserialize(byte[] value) throws IOException {
        String[] words = new String(value, StandardCharsets.UTF_8).split(" ");
        if (words.length != 4) {
            throw new IOException("must have 4 words, had " + words.length);
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("request_id", words[0])
                .put("sla", words[1])
                .put("model", words[2])
                .put("score", Double.parseDouble(words[3]))
                .toString();
    }
}
