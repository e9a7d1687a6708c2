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

    /** Joules of all answers. */
    public double joules;

    /** Joules of the answers that were served; the rest went into exploration. */
    public double servedJoules;
}
