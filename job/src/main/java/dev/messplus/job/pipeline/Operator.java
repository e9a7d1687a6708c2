package dev.messplus.job.pipeline;

/**
 * The operators of the job. Each has a name, which the web UI shows and metrics carry as a label,
 * and a uid, by which a savepoint finds the operator's state.
 *
 * <p>A name may change at any time. A uid may not: the state of an operator whose uid changed is
 * lost.
 */
enum Operator {
    REQUESTS("requests", "requests"),
    PARSE_REQUESTS("parse requests", "parse-requests"),
    EMBED("embed", "embed"),

    FEEDBACK("feedback", "feedback"),
    PARSE_FEEDBACK("parse feedback", "parse-feedback"),
    MEASUREMENTS_SOURCE("measurements source", "measurements-source"),
    PARSE_MEASUREMENTS("parse measurements", "parse-measurements"),

    /** Only if no SLA has shards. */
    FEEDBACK_TO_SLAS("feedback to SLAs", "feedback-to-slas"),

    /** Only if an SLA has shards. */
    REQUESTS_TO_SHARE("requests to share", "requests-to-share"),

    /** Only if an SLA has shards. */
    SHARE("share", "share"),

    BUNDLE_FEEDBACK("bundle feedback", "bundle-feedback"),
    ROUTE("route", "route"),
    INFER("infer", "infer"),

    RESPONSES_OF_OUTCOMES("responses of outcomes", "responses-of-outcomes"),
    RESPONSES("responses", "responses"),
    MEASUREMENTS_OF_OUTCOMES("measurements of outcomes", "measurements-of-outcomes"),
    MEASUREMENTS("measurements", "measurements"),
    DEAD_LETTERS("dead letters", "dead-letters"),

    /** Only in a bounded run. */
    END_OF_RUN("end of run", "end-of-run"),

    /** Only in a bounded run. */
    END_MARKERS("end markers", "end-markers");

    private final String displayName;
    private final String uid;

    Operator(String displayName, String uid) {
        this.displayName = displayName;
        this.uid = uid;
    }

    String displayName() {
        return displayName;
    }

    String uid() {
        return uid;
    }
}
