package dev.messplus.parse;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.util.function.SerializableSupplier;

/** Parses the records of the requests topic. */
public final class RequestParser implements Serializable {

    private static final RecordReader READER =
            new RecordReader(
                    "id",
                    FieldNames.of(
                            "id",
                            "sla",
                            "prompt",
                            "messages",
                            "params",
                            "reference",
                            "metric",
                            "metadata",
                            "timeout_ms",
                            "sent_at"),
                    ChatParams::misplaced);

    private static final String DEFAULT_METRIC = "exact";
    private static final long MAX_TIMEOUT_MILLIS = 86_400_000;

    /** Metadata is returned with the answer, and both must fit into one Kafka record. */
    private static final int MAX_METADATA_BYTES = 256 << 10;

    private final Catalog catalog;
    private final SerializableSupplier<Long> clock;

    /** A parser of requests that refer to the SLAs and metrics in {@code catalog}. */
    public RequestParser(Catalog catalog) {
        this(catalog, System::currentTimeMillis);
    }

    RequestParser(Catalog catalog, SerializableSupplier<Long> clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Parses a request.
     *
     * @return the request; if it has no id, its id is made of topic, partition and offset
     * @throws InvalidRecordException if the record is invalid
     */
    public PromptRequest parse(RawRecord raw, Ignored ignored) throws InvalidRecordException {
        PromptRequest request =
                READER.read(
                        raw,
                        catalog.maxRecordBytes(),
                        " (limits.maxRecordBytes)",
                        new Draft(raw),
                        ignored);
        return raw.headers().isEmpty()
                ? request
                : PromptRequestBuilder.builder(request)
                        .headers(Headers.of(raw.headers(), ignored))
                        .build();
    }

    private final class Draft implements RecordReader.Draft<PromptRequest> {

        private final PromptRequestBuilder request = PromptRequestBuilder.builder();
        private Conversation prompt;
        private Conversation messages;
        private Params params = Params.NONE;
        private List<String> references = List.of();
        private String metric;

        /** What holds unless the record says otherwise. */
        Draft(RawRecord raw) {
            request.id(raw.place()).sentAtMillis(Math.max(0, raw.timestampMillis()));
        }

        @Override
        public void set(String field, JsonCursor value) throws IOException, InvalidRecordException {
            switch (field) {
                case "id" -> request.id(Fields.id(value));
                case "sla" ->
                        request.sla(Fields.known(value, Reason.UNKNOWN_SLA, catalog.slaNames()));
                case "prompt" -> prompt = Conversation.ofPrompt(value);
                case "messages" ->
                        messages = Conversation.ofMessages(value, catalog.allowContentParts());
                case "params" -> params = Params.of(value);
                case "reference" -> references = References.of(value);
                case "metric" ->
                        metric = Fields.known(value, Reason.INVALID_VALUE, catalog.metrics());
                case "metadata" -> request.metadata(metadata(value));
                case "timeout_ms" -> request.timeoutMillis(value.integer(1, MAX_TIMEOUT_MILLIS));
                case "sent_at" -> request.sentAtMillis(SentAt.millis(value, clock));
                default -> throw new IllegalArgumentException(field);
            }
        }

        @Override
        public PromptRequest build() throws InvalidRecordException {
            Fields.require("sla", request.sla());
            Conversation conversation = conversation();
            return request.text(conversation.text())
                    .lastMessageStart(conversation.lastMessageStart())
                    .promptLength(
                            PromptRequest.lengthInTokens(
                                    conversation.text(), conversation.otherParts()))
                    .turn(messages == null ? null : conversation.turn())
                    .messages(conversation.messages())
                    .params(params.json())
                    .maxTokens(params.maxTokensUnder(catalog.paramsOf(request.sla())))
                    .references(references)
                    .metric(metric())
                    .build();
        }

        private Conversation conversation() throws InvalidRecordException {
            if (prompt != null && messages != null) {
                throw new InvalidRecordException(
                        Reason.INVALID_VALUE,
                        "prompt",
                        "must not be set together with messages; send one of the two");
            }
            Conversation conversation = messages == null ? prompt : messages;
            if (conversation == null) {
                throw new InvalidRecordException(
                        Reason.MISSING_FIELD,
                        "prompt",
                        "is missing or blank; send a prompt or messages");
            }
            int chars = conversation.text().length();
            if (chars > catalog.maxPromptChars()) {
                throw new InvalidRecordException(
                        Reason.PROMPT_TOO_LONG,
                        "prompt",
                        "must have at most %d characters (limits.maxPromptChars), had %d"
                                .formatted(catalog.maxPromptChars(), chars));
            }
            return conversation;
        }

        private String metric() throws InvalidRecordException {
            if (metric != null && references.isEmpty()) {
                throw new InvalidRecordException(
                        Reason.INVALID_VALUE,
                        "metric",
                        "has no effect without a reference; add one, or leave the metric out");
            }
            return metric == null && !references.isEmpty() ? DEFAULT_METRIC : metric;
        }
    }

    private static String metadata(JsonCursor value) throws IOException, InvalidRecordException {
        String json = value.json();
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        Fields.requireAtMost(MAX_METADATA_BYTES, "bytes of JSON", "metadata", bytes);
        return json;
    }
}
