package dev.messplus.job.config;

/** What consumers of the responses topic see after a failure. */
public enum Delivery {
    /** A response may be repeated with the same id. Responses do not wait for a checkpoint. */
    AT_LEAST_ONCE,

    /**
     * A consumer with {@code isolation.level=read_committed} sees each response once, when the next
     * checkpoint is complete.
     */
    EXACTLY_ONCE
}
