package dev.messplus.core.account;

import dev.messplus.core.cost.ScoringCost;
import java.util.HashMap;
import java.util.Map;

/** Queue and sums of one SLA: a few numbers, read and written per decision. */
public final class SlaState {

    /** Q and D. */
    public VirtualQueue queue = new VirtualQueue();

    /** What is known of the price of quality. */
    public PriceState price = new PriceState();

    /** What it takes to score an answer. */
    public ScoringCost scoring = new ScoringCost();

    /** Joules that second answers may take from the common allowance; below 0 when overdrawn. */
    public double probeAllowanceJoules;

    /** Decisions made; the t of the last one. */
    public long t;

    /** Decisions by which more than one model was asked. */
    public long explored;

    /** Requests whose served answer was not labelled in time. */
    public long expired;

    /** Requests that no model answered. */
    public long failed;

    /** Joules of all calls, including those that brought no answer, and those of scorers. */
    public double joules;

    /** Joules of the answers that were served. */
    public double servedJoules;

    /** Joules of calls that brought no answer. */
    public double failedJoules;

    /** Joules of calls that scored answers. */
    public double scoringJoules;

    /** Joules of answers that a plan asked for, and that were not served. */
    public double plannedJoules;

    /**
     * Joules of calls by decisions that do not count, whether they brought an answer or not:
     * repeats of a request in flight, and decisions that a failure undid.
     */
    public double repeatJoules;

    /** Requests given up in a row since the last label, or since the start. */
    public long unratedStreak;

    /** Answers that were drawn for an audit, and served. */
    public long auditsDrawn;

    /** Those of them that people scored in time. */
    public long auditsAnswered;

    /** Those of them that people did not score in time. */
    public long auditsUnanswered;

    /** How sure the average score is. */
    public ConfidenceSequence confidence = new ConfidenceSequence();

    /** Requests that each model was asked to answer, by id. */
    public Map<String, Long> asked = new HashMap<>();

    /** Joules that went into exploration: the rest of all, at least 0 whatever the rounding. */
    public double explorationJoules() {
        double others = servedJoules + plannedJoules + failedJoules + scoringJoules + repeatJoules;
        return Math.max(0, joules - others);
    }
}
