package dev.messplus.parse;

import dev.messplus.parse.RecordReader.UnknownFields;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.io.Serializable;
import java.util.Set;

/**
 * Parses the records of the measurements topic, which the job itself wrote, before or after it was
 * restarted with another configuration. It believes them, within bounds that no true measurement
 * reaches.
 */
public final class MeasurementParser implements Serializable {

    /** Names of the components of {@link Feedback}. */
    static final Set<String> FIELDS =
            Set.of(
                    "request_id",
                    "sla",
                    "model",
                    "score",
                    "energy_joules",
                    "energy_uncertainty_joules",
                    "prompt_tokens",
                    "completion_tokens",
                    "served",
                    "source",
                    "error",
                    "expired",
                    "failed_joules",
                    "failed_unmetered",
                    "energy_source",
                    "energy_assumed",
                    "energy_provisional",
                    "correction",
                    "unavailable_millis",
                    "decision",
                    "run",
                    "checkpoint");

    private static final RecordReader READER =
            new RecordReader("request_id", FieldNames.of(FIELDS), UnknownFields.IGNORE);

    /** The largest record that a Kafka producer writes unless told otherwise. */
    private static final int MAX_RECORD_BYTES = 1 << 20;

    private static final long MAX_UNAVAILABLE_MILLIS = 3_600_000;

    /** No answer takes a terajoule, and sums of larger values could become infinite. */
    private static final double MAX_JOULES = 1e12;

    private final Catalog catalog;

    /** A parser of measurements under the SLAs in {@code catalog}. */
    public MeasurementParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Parses a measurement.
     *
     * @return the measurement, possibly of a model that has left the zoo; {@code null} if its SLA
     *     has left the configuration
     * @throws InvalidRecordException if the record is invalid
     */
    public Feedback parse(RawRecord raw, Ignored ignored) throws InvalidRecordException {
        Feedback feedback = READER.read(raw, MAX_RECORD_BYTES, "", new Draft(), ignored);
        return catalog.slas().contains(feedback.sla()) ? feedback : null;
    }

    private static final class Draft implements RecordReader.Draft<Feedback> {

        private final FeedbackBuilder feedback = FeedbackBuilder.builder();

        @Override
        public void set(String field, JsonCursor value) throws IOException, InvalidRecordException {
            switch (field) {
                case "request_id" -> feedback.requestId(Fields.id(value));
                case "sla" -> feedback.sla(Fields.id(value));
                case "model" -> feedback.model(Fields.id(value));
                case "score" -> feedback.score(Fields.score(value));
                case "energy_joules" -> feedback.energyJoules(joules(value));
                case "energy_uncertainty_joules" -> feedback.energyUncertaintyJoules(joules(value));
                case "prompt_tokens" -> feedback.promptTokens(tokens(value));
                case "completion_tokens" -> feedback.completionTokens(tokens(value));
                case "served" -> feedback.served(value.flag());
                case "source" -> feedback.source(Fields.shortText(value));
                case "error" -> feedback.error(value.text());
                case "expired" -> feedback.expired(value.flag());
                case "failed_joules" -> feedback.failedJoules(joules(value));
                case "failed_unmetered" -> feedback.failedUnmetered(tokens(value));
                case "energy_source" -> feedback.energySource(value.text());
                case "energy_assumed" -> feedback.energyAssumed(value.flag());
                case "energy_provisional" -> feedback.energyProvisional(value.flag());
                case "correction" -> feedback.correction(correction(value));
                case "unavailable_millis" ->
                        feedback.unavailableMillis(value.integer(0, MAX_UNAVAILABLE_MILLIS));
                case "decision" -> feedback.decision(decision(value));
                case "run" -> feedback.run(Fields.id(value));
                case "checkpoint" -> feedback.checkpoint(value.integer(0, Long.MAX_VALUE));
                default -> throw new IllegalArgumentException(field);
            }
        }

        @Override
        public Feedback build() throws InvalidRecordException {
            Fields.require("request_id", feedback.requestId());
            Fields.require("sla", feedback.sla());
            Fields.require("model", feedback.model());
            if (isEmpty()) {
                throw new InvalidRecordException(
                        Reason.MISSING_FIELD,
                        "energy_joules",
                        "is missing, and so is all else that can be measured");
            }
            return feedback.build();
        }

        private boolean isEmpty() {
            return feedback.score() == null
                    && feedback.energyJoules() == null
                    && feedback.served() == null
                    && feedback.failedJoules() == null
                    && feedback.failedUnmetered() == null
                    && feedback.correction() == null
                    && feedback.unavailableMillis() == null;
        }
    }

    private static double joules(JsonCursor value) throws IOException, InvalidRecordException {
        double joules = value.number();
        if (!(joules >= 0 && joules <= MAX_JOULES)) {
            throw value.invalid(
                    "must be between 0 and %.0e, was %s".formatted(MAX_JOULES, value.value()));
        }
        return joules;
    }

    private static Feedback.Correction correction(JsonCursor value)
            throws IOException, InvalidRecordException {
        if (!value.isObject()) {
            throw value.invalid("must be an object, was " + value.value());
        }
        double joules = 0;
        double failedJoules = 0;
        int promptLength = 0;
        int maxTokens = 0;
        for (String name = value.nextField(); name != null; name = value.nextField()) {
            switch (name) {
                case "joules" -> joules = difference(value);
                case "failed_joules" -> failedJoules = difference(value);
                case "prompt_length" -> promptLength = tokens(value);
                case "max_tokens" -> maxTokens = tokens(value);
                default -> value.skip();
            }
        }
        return new Feedback.Correction(joules, failedJoules, promptLength, maxTokens);
    }

    private static double difference(JsonCursor value) throws IOException, InvalidRecordException {
        double joules = value.number();
        if (!(Math.abs(joules) <= MAX_JOULES)) {
            throw value.invalid(
                    "must be between -%1$.0e and %1$.0e, was %2$s"
                            .formatted(MAX_JOULES, value.value()));
        }
        return joules;
    }

    private static int tokens(JsonCursor value) throws IOException, InvalidRecordException {
        return (int) value.integer(0, Integer.MAX_VALUE);
    }

    private static long decision(JsonCursor value) throws IOException, InvalidRecordException {
        try {
            return Long.parseLong(value.text());
        } catch (NumberFormatException e) {
            throw value.invalid("must be an integer of 64 bits in a string, was " + value.value());
        }
    }
}
