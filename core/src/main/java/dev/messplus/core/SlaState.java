package dev.messplus.core;

import java.util.HashMap;
import java.util.Map;

/** What is known of one SLA apart from its models: a few numbers, read and written per decision. */
public final class SlaState {

    /** Q and D. */
    public VirtualQueue queue = new VirtualQueue();

    /** Decisions made; the t of the last one. */
    public long t;

    /** Decisions by which more than one model was asked. */
    public long explored;

    /** Requests that the label of the answer served did not reach in time. */
    public long expired;

    /** Requests that no model answered. */
    public long failed;

    /** Joules of all calls, also of those that brought no answer. */
    public double joules;

    /** Joules of the answers that were served. */
    public double servedJoules;

    /** Joules of calls that brought no answer. */
    public double failedJoules;

    /**
     * Joules of the answers asked for beside those to be served, by decisions within the
     * exploration budget: as told, and as estimated where nothing was told yet.
     */
    public double probeJoules;

    /** Requests that each model was asked for an answer to, by id. */
    public Map<String, Long> asked = new HashMap<>();

    /** Joules that went into exploration: what is left of all, and no less than 0 by rounding. */
    public double explorationJoules() {
        return Math.max(0, joules - servedJoules - failedJoules);
    }
}
