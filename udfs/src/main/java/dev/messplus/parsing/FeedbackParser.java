package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.shown;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Feedback;
import dev.messplus.record.Json;
import dev.messplus.record.RawRecord;
import java.io.Serializable;

/** Reads the records of the feedback topic. */
public final class FeedbackParser implements Serializable {

    private static final ObjectReader READER = Json.MAPPER.readerFor(Feedback.class);

    /** Far above what the job itself writes, and what anybody has to say of an answer. */
    private static final int MAX_RECORD_BYTES = 64 << 10;

    private static final long MAX_UNAVAILABLE_MILLIS = 3_600_000;

    /** No answer takes a terajoule, and sums of more would end up infinite. */
    private static final double MAX_JOULES = 1e12;

    private final Catalog catalog;

    /** A parser of feedback that refers to what is in {@code catalog}. */
    public FeedbackParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Reads feedback.
     *
     * @throws InvalidRecordException when it cannot be used
     */
    public Feedback parse(RawRecord raw) throws InvalidRecordException {
        Feedback feedback = Fields.read(READER, raw, MAX_RECORD_BYTES, "");
        Fields.require("request_id", feedback.requestId());
        Fields.requireId("request_id", feedback.requestId());
        Fields.requireKnown(Reason.UNKNOWN_SLA, "sla", feedback.sla(), catalog.slas());
        Fields.require("model", feedback.model());
        Fields.requireShort("model", feedback.model());
        Fields.requireShort("source", feedback.source());
        if (!isOwn(feedback)) {
            Fields.requireKnown(Reason.UNKNOWN_MODEL, "model", feedback.model(), catalog.models());
        }
        Double score = feedback.score();
        if (score != null && !(score >= 0 && score <= 1)) {
            throw new InvalidRecordException(
                    Reason.SCORE_OUT_OF_RANGE,
                    "score",
                    "must be between 0 and 1, was " + shown(score));
        }
        requireJoules("energy_joules", feedback.energyJoules());
        requireJoules("failed_joules", feedback.failedJoules());
        Long unavailable = feedback.unavailableMillis();
        if (unavailable != null && !(unavailable >= 0 && unavailable <= MAX_UNAVAILABLE_MILLIS)) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "unavailable_millis",
                    "must be between 0 and %d, was %s"
                            .formatted(MAX_UNAVAILABLE_MILLIS, shown(unavailable)));
        }
        Feedback believed = isOwn(feedback) ? feedback : withoutTheJobsWord(feedback);
        if (tellsNothing(believed)) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD, "score", "is missing; a label needs one");
        }
        return believed;
    }

    private static void requireJoules(String field, Double joules) throws InvalidRecordException {
        if (joules != null && !(joules >= 0 && joules <= MAX_JOULES)) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    field,
                    "must be between 0 and %.0e, was %s".formatted(MAX_JOULES, shown(joules)));
        }
    }

    private static boolean tellsNothing(Feedback feedback) {
        return feedback.score() == null
                && feedback.energyJoules() == null
                && feedback.served() == null
                && feedback.failedJoules() == null
                && feedback.unavailableMillis() == null;
    }

    /** Leaves out what only the job can know, for it would take a model out of service. */
    private static Feedback withoutTheJobsWord(Feedback feedback) {
        return new Feedback(
                feedback.requestId(),
                feedback.sla(),
                feedback.model(),
                feedback.score(),
                feedback.energyJoules(),
                feedback.promptTokens(),
                feedback.completionTokens(),
                feedback.served(),
                feedback.source(),
                feedback.error(),
                null,
                feedback.energySource(),
                null,
                null,
                null);
    }

    /** What the job said itself may be about a model that has left the zoo since. */
    private static boolean isOwn(Feedback feedback) {
        return Feedback.METER.equals(feedback.source())
                || Feedback.SCORER.equals(feedback.source());
    }
}
