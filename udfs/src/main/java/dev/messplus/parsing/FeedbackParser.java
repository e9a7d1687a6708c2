package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.quoted;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.RawRecord;
import java.io.Serializable;

/** Parses the records of the feedback topic. */
public final class FeedbackParser implements Serializable {

    private static final JsonRecordReader<Feedback> READER = new JsonRecordReader<>(Feedback.class);

    /** Far above the size of the job's own records, and of any label. */
    private static final int MAX_RECORD_BYTES = 64 << 10;

    private static final long MAX_UNAVAILABLE_MILLIS = 3_600_000;

    /** No answer takes a terajoule, and sums of larger values could become infinite. */
    private static final double MAX_JOULES = 1e12;

    private final Catalog catalog;

    /** A parser of feedback that refers to the SLAs and models in {@code catalog}. */
    public FeedbackParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Parses feedback.
     *
     * @return the feedback, without the fields that are ignored unless the job wrote the record
     * @throws InvalidRecordException if the record is invalid
     */
    public Feedback parse(RawRecord raw) throws InvalidRecordException {
        Feedback feedback = READER.read(raw, MAX_RECORD_BYTES, "");
        requireNames(feedback);
        requireScore(feedback.score());
        requireJoules("energy_joules", feedback.energyJoules());
        requireJoules("failed_joules", feedback.failedJoules());
        requireUnavailableMillis(feedback.unavailableMillis());
        Feedback trusted = isOwn(feedback) ? feedback : withoutOwnFields(feedback);
        if (isEmpty(trusted)) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD, "score", "is missing; a label needs a score");
        }
        return trusted;
    }

    private void requireNames(Feedback feedback) throws InvalidRecordException {
        Fields.require("request_id", feedback.requestId());
        Fields.requireId("request_id", feedback.requestId());
        Fields.requireKnown(Reason.UNKNOWN_SLA, "sla", feedback.sla(), catalog.slas());
        Fields.require("model", feedback.model());
        Fields.requireShort("model", feedback.model());
        Fields.requireShort("source", feedback.source());
        // The job's own records may be about a model that has left the zoo since.
        if (!isOwn(feedback)) {
            Fields.requireKnown(Reason.UNKNOWN_MODEL, "model", feedback.model(), catalog.models());
        }
    }

    private static void requireScore(Double score) throws InvalidRecordException {
        if (score != null && !(score >= 0 && score <= 1)) {
            throw new InvalidRecordException(
                    Reason.SCORE_OUT_OF_RANGE,
                    "score",
                    "must be between 0 and 1, was " + quoted(score));
        }
    }

    private static void requireJoules(String field, Double joules) throws InvalidRecordException {
        if (joules != null && !(joules >= 0 && joules <= MAX_JOULES)) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    field,
                    "must be between 0 and %.0e, was %s".formatted(MAX_JOULES, quoted(joules)));
        }
    }

    private static void requireUnavailableMillis(Long millis) throws InvalidRecordException {
        if (millis != null && !(millis >= 0 && millis <= MAX_UNAVAILABLE_MILLIS)) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "unavailable_millis",
                    "must be between 0 and %d, was %s"
                            .formatted(MAX_UNAVAILABLE_MILLIS, quoted(millis)));
        }
    }

    private static boolean isEmpty(Feedback feedback) {
        return feedback.score() == null
                && feedback.energyJoules() == null
                && feedback.served() == null
                && feedback.failedJoules() == null
                && feedback.unavailableMillis() == null;
    }

    /** Drops what only the job can know; from others it could take a model out of service. */
    private static Feedback withoutOwnFields(Feedback feedback) {
        return FeedbackBuilder.builder(feedback)
                .expired(null)
                .failedJoules(null)
                .energyAssumed(null)
                .unavailableMillis(null)
                .decision(null)
                .build();
    }

    private static boolean isOwn(Feedback feedback) {
        return Feedback.METER.equals(feedback.source())
                || Feedback.SCORER.equals(feedback.source());
    }
}
