package dev.messplus.parse;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Label;
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
                            .and(MeasurementParser.FIELDS));

    /** Far above the size of any label. */
    private static final int MAX_RECORD_BYTES = 64 << 10;

    private final Catalog catalog;

    /** A parser of feedback that refers to the SLAs and models in {@code catalog}. */
    public FeedbackParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Parses a label.
     *
     * @throws InvalidRecordException if the record is invalid
     */
    public Label parse(RawRecord raw, Ignored ignored) throws InvalidRecordException {
        return READER.read(raw, MAX_RECORD_BYTES, "", new Draft(), ignored);
    }

    private final class Draft implements RecordReader.Draft<Label> {

        private String requestId;
        private String sla;
        private String model;
        private Double score;
        private String source;

        @Override
        public void set(String field, JsonCursor value) throws IOException, InvalidRecordException {
            switch (field) {
                case "request_id" -> requestId = Fields.id(value);
                case "sla" -> sla = Fields.known(value, Reason.UNKNOWN_SLA, catalog.slaNames());
                case "model" -> model = Fields.known(value, Reason.UNKNOWN_MODEL, catalog.models());
                case "score" -> score = Fields.score(value);
                case "source" -> source = rater(value);
                default ->
                        throw value.invalid(
                                "must not be set: it belongs to the topic of measurements, which"
                                        + " only the job writes; leave it out");
            }
        }

        @Override
        public Label build() throws InvalidRecordException {
            Fields.require("request_id", requestId);
            Fields.require("sla", sla);
            Fields.require("model", model);
            Fields.require("score", score);
            return new Label(requestId, sla, model, score, source);
        }
    }

    private static String rater(JsonCursor value) throws IOException, InvalidRecordException {
        String source = Fields.shortText(value);
        if (JobFeedback.SOURCES.contains(source)) {
            throw value.invalid(
                    "must not be %s, which only the job writes; say who rated, such as \"user\""
                            .formatted(value.value()));
        }
        return source;
    }
}
