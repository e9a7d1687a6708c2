package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Feedback as it travels between operators: a tagged union, because Flink's POJO serializer writes
 * no sealed interface. One of the three is set, the others are {@code null}.
 *
 * @param label a label
 * @param measurement a measurement
 * @param correction a correction
 */
public record FeedbackRecord(Label label, Measurement measurement, Correction correction) {

    /** Feedback on its way. */
    public static FeedbackRecord of(Feedback feedback) {
        return new FeedbackRecord(
                feedback instanceof Label label ? label : null,
                feedback instanceof Measurement measurement ? measurement : null,
                feedback instanceof Correction correction ? correction : null);
    }

    /** The one that is set. */
    @JsonValue
    public Feedback feedback() {
        return label != null ? label : job();
    }

    /** The measurement or correction; {@code null} if this is a label. */
    public JobFeedback job() {
        return measurement != null ? measurement : correction;
    }
}
