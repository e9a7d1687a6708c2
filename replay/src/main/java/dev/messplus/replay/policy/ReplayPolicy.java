package dev.messplus.replay.policy;

/** A policy with its settings. It has no state: each replay starts without any knowledge. */
public interface ReplayPolicy {

    /** What distinguishes it from others of its {@link PolicyKind}; empty if there is only one. */
    default String name() {
        return "";
    }

    /** The settings to show under the title; empty if there are none. */
    default String detail() {
        return "";
    }

    /** Answers the requests of an episode. */
    SeedResult replay(Episode episode);
}
