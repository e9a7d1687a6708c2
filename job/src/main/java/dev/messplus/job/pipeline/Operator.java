package dev.messplus.job.pipeline;

import dev.messplus.infer.InferCoordinator;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The operators of the job. Each has a name, which metrics carry as a label, a description, which
 * the web UI's graph shows, and a uid, by which a savepoint finds the operator's state.
 *
 * <p>A description may change at any time, and a name with the dashboards and alerts that know it.
 * A uid may not: the state of an operator whose uid changed is lost.
 */
enum Operator {
    REQUESTS("requests", "requests", "reads the prompts from their topic"),
    PARSE_REQUESTS(
            "parse requests",
            "parse-requests",
            "checks each; what it cannot use becomes a dead letter"),
    REFUSALS_OF_DEAD_LETTERS(
            "refusals of dead letters",
            "refusals-of-dead-letters",
            "answers who waits for a request that is not valid"),
    REFUSALS("refusals", "refusals"),
    EMBED("embed", "embed", "turns each prompt into features"),

    FEEDBACK("feedback", "feedback", "reads the labels of users and raters from their topic"),
    PARSE_FEEDBACK(
            "parse feedback",
            "parse-feedback",
            "checks each; what it cannot use becomes a dead letter"),
    MEASUREMENTS_SOURCE(
            "measurements source",
            "measurements-source",
            "reads back what infer measured, from the job's own topic"),
    PARSE_MEASUREMENTS(
            "parse measurements",
            "parse-measurements",
            "checks each; what it cannot use becomes a dead letter"),

    /** Only if no SLA has shards. */
    FEEDBACK_TO_SLAS("feedback to SLAs", "feedback-to-slas", "sends each label to its SLA"),

    /** Only if no SLA has shards. */
    MEASUREMENTS_TO_SLAS(
            "measurements to SLAs", "measurements-to-slas", "sends each measurement to its SLA"),

    /** Only if an SLA has shards. */
    REQUESTS_TO_SHARE(
            "requests to share", "requests-to-share", "sends share the requests that have shards"),

    /** Only if an SLA has shards. */
    SHARE("share", "share", "sends the labels of each shard to the others of its SLA"),

    BUNDLE_FEEDBACK(
            "bundle feedback", "bundle-feedback", "bundles the labels of each SLA or shard"),
    ROUTE("route", "route", "chooses the models of each request; learns from the labels"),
    INFER(
            "infer",
            InferCoordinator.OPERATOR_UID,
            "calls the models; meters and scores their answers"),

    RESPONSES_OF_OUTCOMES("responses of outcomes", "responses-of-outcomes", "picks the response"),
    RESPONSES("responses", "responses"),
    MEASUREMENTS_OF_OUTCOMES(
            "measurements of outcomes",
            "measurements-of-outcomes",
            "picks what was measured of each model"),
    MEASUREMENTS("measurements", "measurements"),
    DEAD_LETTERS("dead letters", "dead-letters"),

    /** Only in a bounded run. */
    END_OF_RUN("end of run", "end-of-run", "knows when every request of a bounded run is settled"),

    /** Only in a bounded run. */
    END_MARKERS("end markers", "end-markers");

    private final String displayName;
    private final String uid;
    private final String task;

    /** A sink: Flink describes it by its name, whatever is set. */
    Operator(String displayName, String uid) {
        this(displayName, uid, "");
    }

    Operator(String displayName, String uid, String task) {
        this.displayName = displayName;
        this.uid = uid;
        this.task = task;
    }

    String displayName() {
        return displayName;
    }

    String uid() {
        return uid;
    }

    /** Makes this operator of a stream. */
    <T> SingleOutputStreamOperator<T> on(SingleOutputStreamOperator<T> stream, int parallelism) {
        return stream.name(displayName)
                .uid(uid)
                .setDescription(displayName + ": " + task)
                .setParallelism(parallelism);
    }

    void on(DataStreamSink<?> sink, int parallelism) {
        sink.name(displayName).uid(uid).setParallelism(parallelism);
    }
}
