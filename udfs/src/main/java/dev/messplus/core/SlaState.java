package dev.messplus.core;

/** What is known of one SLA apart from its models: a few numbers, read and written per decision. */
public final class SlaState {

    /** Q and D. */
    public VirtualQueue queue = new VirtualQueue();

    /** Decisions made; the t of the last one. */
    public long t;

    /** Decisions that explored. */
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

    /** Joules that went into exploration: what is left of all, and no less than 0 by rounding. */
    public double explorationJoules() {
        return Math.max(0, joules - servedJoules - failedJoules);
    }
}
