package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RawRecord;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parses the records of the requests topic. */
public final class RequestParser implements Serializable {

    private static final JsonRecordReader<Wire> READER = new JsonRecordReader<>(Wire.class);
    private static final String DEFAULT_METRIC = "exact";
    private static final long MAX_TIMEOUT_MILLIS = 86_400_000;

    /** Metadata is returned with the answer, and both must fit into one Kafka record. */
    private static final int MAX_METADATA_BYTES = 256 << 10;

    private final Catalog catalog;

    /** A parser of requests that refer to the SLAs and metrics in {@code catalog}. */
    public RequestParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The JSON of a request, field by field. */
    record Wire(
            String id,
            String sla,
            String prompt,
            JsonNode messages,
            JsonNode params,
            JsonNode reference,
            String metric,
            JsonNode metadata,
            JsonNode timeoutMs) {}

    /**
     * Parses a request.
     *
     * @return the request; if it has no id, its id is made of topic, partition and offset
     * @throws InvalidRecordException if the record is invalid
     */
    public PromptRequest parse(RawRecord raw) throws InvalidRecordException {
        Wire wire = READER.read(raw, catalog.maxRecordBytes(), " (limits.maxRecordBytes)");
        PromptRequestBuilder request = PromptRequestBuilder.builder();
        request.id(id(wire.id(), raw));
        Fields.requireKnown(Reason.UNKNOWN_SLA, "sla", wire.sla(), catalog.slas());
        request.sla(wire.sla());
        Conversation conversation = Conversation.of(wire.prompt(), wire.messages());
        requireLength(conversation.text());
        request.text(conversation.text()).messages(conversation.messages());
        List<String> references = References.of(wire.reference());
        Params params = Params.of(wire.params());
        return request.params(params.json())
                .maxTokens(params.maxTokens())
                .references(references)
                .metric(metric(wire.metric(), references))
                .metadata(metadata(wire.metadata()))
                .timeoutMillis(timeoutMillis(wire.timeoutMs()))
                .build();
    }

    private static String id(String id, RawRecord raw) throws InvalidRecordException {
        if (id == null) {
            return raw.topic() + "-" + raw.partition() + "-" + raw.offset();
        }
        Fields.requireId("id", id);
        return id;
    }

    private void requireLength(String text) throws InvalidRecordException {
        if (text.length() > catalog.maxPromptChars()) {
            throw new InvalidRecordException(
                    Reason.PROMPT_TOO_LONG,
                    "prompt",
                    "must have at most %d characters (limits.maxPromptChars), had %d"
                            .formatted(catalog.maxPromptChars(), text.length()));
        }
    }

    private String metric(String metric, List<String> references) throws InvalidRecordException {
        if (metric != null) {
            Fields.requireKnown(Reason.INVALID_VALUE, "metric", metric, catalog.metrics());
        }
        if (references.isEmpty()) {
            return null;
        }
        return metric == null ? DEFAULT_METRIC : metric;
    }

    private static String metadata(JsonNode metadata) throws InvalidRecordException {
        if (Fields.isAbsent(metadata)) {
            return null;
        }
        byte[] json = Json.bytes(metadata);
        if (json.length > MAX_METADATA_BYTES) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "metadata",
                    "must have at most %d bytes of JSON, had %d: %s"
                            .formatted(MAX_METADATA_BYTES, json.length, quoted(metadata)));
        }
        return new String(json, StandardCharsets.UTF_8);
    }

    private static long timeoutMillis(JsonNode timeout) throws InvalidRecordException {
        if (Fields.isAbsent(timeout)) {
            return 0;
        }
        long millis =
                timeout.isIntegralNumber() && timeout.canConvertToLong() ? timeout.longValue() : 0;
        if (millis < 1 || millis > MAX_TIMEOUT_MILLIS) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "timeout_ms",
                    "must be an integer from 1 to %d, was %s"
                            .formatted(MAX_TIMEOUT_MILLIS, quoted(timeout)));
        }
        return millis;
    }
}
