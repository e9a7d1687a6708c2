package dev.messplus.record;

import java.util.Set;

/** What only the job can know about a model's answer, and only the job writes. */
public sealed interface JobFeedback extends Feedback permits Measurement, Correction {

    /** Source of the job's records without a score. */
    String METER = "meter";

    /** Source of the job's records with a score. */
    String SCORER = "scorer";

    /** The sources of which only the job writes records. */
    Set<String> SOURCES = Set.of(METER, SCORER);

    /** Energy of the answer. */
    Energy energy();

    /** Whether the answer was served. */
    boolean served();

    /**
     * Number of the decision that was answered; {@code null} if this is about the model's answer to
     * any decision on the request.
     */
    Long decision();

    /** Identifies the start of the job that wrote this; {@code null} until it is written. */
    String run();

    /**
     * Number of the last checkpoint before this was written, 0 before the first. If the job was
     * restored from that checkpoint or an earlier one since, nobody counts on the answer: it was
     * undone and given again.
     */
    long checkpoint();
}
