package dev.messplus.parse;

import dev.messplus.parse.RecordReader.UnknownFields;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.io.Serializable;

/**
 * Parses the records of the feedback topic: scores that users and raters give. What only the job
 * can know, it does not believe from others; see {@link MeasurementParser}.
 */
public final class FeedbackParser implements Serializable {

    private static final RecordReader READER =
            new RecordReader(
                    "request_id",
                    FieldNames.of("request_id", "sla", "model", "score", "source")
                            .and(MeasurementParser.FIELDS),
                    UnknownFields.REFUSE_MISSPELT);

    /** Far above the size of any label. */
    private static final int MAX_RECORD_BYTES = 64 << 10;

    private final Catalog catalog;

    /** A parser of feedback that refers to the SLAs and models in {@code catalog}. */
    public FeedbackParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Parses feedback.
     *
     * @return a label, which has a score and no measurement
     * @throws InvalidRecordException if the record is invalid
     */
    public Feedback parse(RawRecord raw, Ignored ignored) throws InvalidRecordException {
        return READER.read(raw, MAX_RECORD_BYTES, "", new Draft(), ignored);
    }

    private final class Draft implements RecordReader.Draft<Feedback> {

        private final FeedbackBuilder feedback = FeedbackBuilder.builder();

        @Override
        public void set(String field, JsonCursor value) throws IOException, InvalidRecordException {
            switch (field) {
                case "request_id" -> feedback.requestId(Fields.id(value));
                case "sla" -> feedback.sla(Fields.known(value, Reason.UNKNOWN_SLA, catalog.slas()));
                case "model" ->
                        feedback.model(Fields.known(value, Reason.UNKNOWN_MODEL, catalog.models()));
                case "score" -> feedback.score(Fields.score(value));
                case "source" -> feedback.source(source(value));
                default ->
                        throw value.invalid(
                                "must not be set: it belongs to the topic of measurements, which"
                                        + " only the job writes; leave it out");
            }
        }

        @Override
        public Feedback build() throws InvalidRecordException {
            Fields.require("request_id", feedback.requestId());
            Fields.require("sla", feedback.sla());
            Fields.require("model", feedback.model());
            Fields.require("score", feedback.score());
            return feedback.build();
        }
    }

    private static String source(JsonCursor value) throws IOException, InvalidRecordException {
        String source = Fields.shortText(value);
        if (Feedback.SOURCES_OF_THE_JOB.contains(source)) {
            throw value.invalid(
                    "must not be %s, which only the job writes; say who rated, such as \"user\""
                            .formatted(value.value()));
        }
        return source;
    }
}
