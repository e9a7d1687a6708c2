package dev.messplus.record;

/**
 * What became known about one model's answer to a request. Users and raters write {@linkplain Label
 * labels} to the feedback topic; the job writes {@linkplain JobFeedback the rest} to the topic of
 * measurements.
 *
 * <p>Between operators it travels as a {@link FeedbackRecord}.
 */
public sealed interface Feedback permits Label, JobFeedback {

    /** Id of the request. */
    String requestId();

    /** SLA of the request. */
    String sla();

    /** Id of the model that answered, or was to answer. */
    String model();
}
