package dev.messplus.core.zoo;

import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.cost.WorkModel;

/** What is known of one model under one SLA. */
public final class ModelState {

    /** Average score of its answers as its owner expects it, in [0, 1]; {@code NaN} if unknown. */
    public double expectedScore = Double.NaN;

    /** How well it answers. */
    public AccuracyState accuracy = new AccuracyState();

    /** What it costs. */
    public WorkModel energy = new WorkModel();

    /** Joules that second answers of it may take from its own reserve; below 0 when overdrawn. */
    public double probeReserveJoules;

    /** Answers of it that were served. */
    public long served;

    /** Requests in flight that it is expected to answer. */
    public long inFlight;

    /** Calls that brought no answer. */
    public long failures;

    /** Whether the last known joules were estimated, not measured. */
    public boolean energyEstimated;

    /** Until when it is unavailable, in milliseconds since the epoch; 0 when it is available. */
    public long unavailableUntilMillis;

    /** Marks it unavailable until then, or until later; returns whether this is news. */
    public boolean markUnavailable(long untilMillis) {
        boolean news = untilMillis > unavailableUntilMillis;
        unavailableUntilMillis = Math.max(untilMillis, unavailableUntilMillis);
        return news;
    }
}
