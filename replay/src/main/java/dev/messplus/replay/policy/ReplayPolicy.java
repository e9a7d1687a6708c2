package dev.messplus.replay.policy;

/** A policy with its settings. It has no state: each replay starts without any knowledge. */
public interface ReplayPolicy {

    /** The kind that it is listed under. */
    PolicyKind kind();

    /** The name in tables, the same at every alpha. */
    default String title() {
        return kind().title();
    }

    /** The settings to show under the title; empty if there are none. */
    default String detail() {
        return "";
    }

    /** Answers the requests of an episode. */
    SeedResult replay(Episode episode);
}
