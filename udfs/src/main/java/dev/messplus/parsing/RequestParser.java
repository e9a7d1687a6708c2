package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the records of the requests topic. */
public final class RequestParser implements Serializable {

    private static final ObjectReader READER = Json.MAPPER.readerFor(Wire.class);
    private static final String DEFAULT_METRIC = "exact";
    private static final long MAX_TIMEOUT_MILLIS = 86_400_000;

    /** It is given back with an answer, and both are to fit into one record. */
    private static final int MAX_METADATA_BYTES = 256 << 10;

    /** They are sent with every call, and have room for tools and a schema of the answer. */
    private static final int MAX_PARAMS_CHARS = 256 << 10;

    private static final int MAX_MESSAGES = 1_000;
    private static final int MAX_REFERENCES = 100;

    /** Over all of them; every answer is compared with each. */
    private static final int MAX_REFERENCE_CHARS = 100_000;

    /** What the job itself sends to a model server. */
    private static final Set<String> RESERVED_PARAMS = Set.of("model", "messages", "stream", "n");

    private final Catalog catalog;

    /** A parser of requests that refer to what is in {@code catalog}. */
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
     * Reads a request.
     *
     * @return the request; without an id of its own it is named after its topic, partition and
     *     offset
     * @throws InvalidRecordException when it cannot be used
     */
    public PromptRequest parse(RawRecord raw) throws InvalidRecordException {
        Wire wire = Fields.read(READER, raw, catalog.maxRecordBytes(), " (limits.maxRecordBytes)");
        String id = wire.id();
        if (id == null) {
            id = raw.topic() + "-" + raw.partition() + "-" + raw.offset();
        } else {
            Fields.requireId("id", id);
        }
        Fields.requireKnown(Reason.UNKNOWN_SLA, "sla", wire.sla(), catalog.slas());
        StringBuilder text = new StringBuilder();
        String messages = messages(wire, text);
        requireLength(text);
        List<String> references = references(wire.reference());
        return new PromptRequest(
                id,
                wire.sla(),
                text.toString(),
                messages,
                params(wire.params()),
                references,
                metric(wire.metric(), references),
                metadata(wire.metadata()),
                maxTokens(wire.params()),
                timeoutMillis(wire.timeoutMs()));
    }

    private static String messages(Wire wire, StringBuilder text) throws InvalidRecordException {
        boolean hasPrompt = wire.prompt() != null;
        boolean hasMessages = !isAbsent(wire.messages());
        if (hasPrompt && hasMessages) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE, "prompt", "stands beside messages; send one of the two");
        }
        if (hasMessages) {
            appendContents(wire.messages(), text);
            return json(wire.messages());
        }
        if (!hasPrompt || wire.prompt().isBlank()) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD,
                    "prompt",
                    "is missing or blank; send a prompt or messages");
        }
        text.append(wire.prompt());
        ArrayNode array = Json.MAPPER.createArrayNode();
        array.addObject().put("role", "user").put("content", wire.prompt());
        return json(array);
    }

    private static void appendContents(JsonNode messages, StringBuilder text)
            throws InvalidRecordException {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "messages",
                    "must be a list of at least one message, was " + shown(messages));
        }
        requireAtMost(MAX_MESSAGES, "messages", "messages", messages.size());
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            if (!message.path("role").isTextual() || !appendContent(message.get("content"), text)) {
                throw new InvalidRecordException(
                        Reason.INVALID_VALUE,
                        "messages[" + i + "]",
                        "must have a role and a content of text, was " + shown(message));
            }
        }
        if (text.toString().isBlank()) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD, "messages", "are all blank; send some text");
        }
    }

    private static boolean appendContent(JsonNode content, StringBuilder text) {
        if (content == null) {
            return false;
        }
        if (text.length() > 0) {
            text.append('\n');
        }
        if (content.isTextual()) {
            text.append(content.textValue());
            return true;
        }
        for (JsonNode part : content) {
            text.append(part.path("text").asText());
        }
        return content.isArray();
    }

    private void requireLength(CharSequence text) throws InvalidRecordException {
        if (text.length() > catalog.maxPromptChars()) {
            throw new InvalidRecordException(
                    Reason.PROMPT_TOO_LONG,
                    "prompt",
                    "must have at most %d characters (limits.maxPromptChars), had %d"
                            .formatted(catalog.maxPromptChars(), text.length()));
        }
    }

    private static String params(JsonNode params) throws InvalidRecordException {
        if (isAbsent(params)) {
            return null;
        }
        if (!params.isObject()) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE, "params", "must be an object, was " + shown(params));
        }
        for (String reserved : RESERVED_PARAMS) {
            if (params.has(reserved)) {
                throw new InvalidRecordException(
                        Reason.INVALID_VALUE,
                        "params." + reserved,
                        "is set by the job; leave it out");
            }
        }
        String json = json(params);
        requireAtMost(MAX_PARAMS_CHARS, "params", "characters of JSON", json.length());
        return json;
    }

    /** What is no positive integer is for the model server to refuse. */
    private static int maxTokens(JsonNode params) {
        if (isAbsent(params)) {
            return 0;
        }
        int newer = positive(params.path("max_completion_tokens"));
        return newer > 0 ? newer : positive(params.path("max_tokens"));
    }

    private static int positive(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt()
                ? Math.max(0, value.intValue())
                : 0;
    }

    private static long timeoutMillis(JsonNode timeout) throws InvalidRecordException {
        if (isAbsent(timeout)) {
            return 0;
        }
        long millis =
                timeout.isIntegralNumber() && timeout.canConvertToLong() ? timeout.longValue() : 0;
        if (millis < 1 || millis > MAX_TIMEOUT_MILLIS) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "timeout_ms",
                    "must be an integer from 1 to %d, was %s"
                            .formatted(MAX_TIMEOUT_MILLIS, shown(timeout)));
        }
        return millis;
    }

    private static List<String> references(JsonNode reference) throws InvalidRecordException {
        if (isAbsent(reference)) {
            return List.of();
        }
        if (reference.isTextual()) {
            return requireComparable(List.of(reference.textValue()));
        }
        List<String> references = new ArrayList<>(reference.size());
        for (JsonNode one : reference) {
            if (one.isTextual()) {
                references.add(one.textValue());
            }
        }
        if (!reference.isArray() || reference.isEmpty() || references.size() < reference.size()) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "reference",
                    "must be a text or a list of texts, was " + shown(reference));
        }
        return requireComparable(references);
    }

    private static List<String> requireComparable(List<String> references)
            throws InvalidRecordException {
        requireAtMost(MAX_REFERENCES, "reference", "texts", references.size());
        int chars = references.stream().mapToInt(String::length).sum();
        requireAtMost(MAX_REFERENCE_CHARS, "reference", "characters", chars);
        return references;
    }

    private static void requireAtMost(int most, String field, String what, int had)
            throws InvalidRecordException {
        if (had > most) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    field,
                    "must have at most %d %s, had %d".formatted(most, what, had));
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
        if (isAbsent(metadata)) {
            return null;
        }
        byte[] json = Json.bytes(metadata);
        if (json.length > MAX_METADATA_BYTES) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "metadata",
                    "must have at most %d bytes of JSON, had %d: %s"
                            .formatted(MAX_METADATA_BYTES, json.length, shown(metadata)));
        }
        return new String(json, StandardCharsets.UTF_8);
    }

    /**
     * A value as text for others to write out as it is. As bytes first, because only then is half a
     * surrogate pair, of a client that cut a text in an emoji, escaped: raw, nobody could write it.
     */
    private static String json(JsonNode node) {
        return new String(Json.bytes(node), StandardCharsets.UTF_8);
    }

    private static boolean isAbsent(JsonNode node) {
        return node == null || node.isNull() || node.isMissingNode();
    }
}
