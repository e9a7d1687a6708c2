package dev.messplus.score;

import java.io.Serializable;
import java.util.Map;

/**
 * The scorers of a job, and which SLA uses which.
 *
 * @param scorers by name; {@link #REFERENCE} is always among them
 * @param slas by name; all others use {@link #REFERENCE} for all answers, before they are served
 */
public record ScoringConfig(Map<String, ScorerConfig> scorers, Map<String, SlaScoring> slas)
        implements Serializable {

    /** The scorer that compares answers with the references of their requests. */
    public static final String REFERENCE = "reference";

    private static final SlaScoring BY_REFERENCE =
            new SlaScoring(REFERENCE, 1, SlaScoring.When.BEFORE_SERVING);

    public ScoringConfig {
        scorers = Map.copyOf(scorers);
        slas = Map.copyOf(slas);
    }

    /** Answers of all SLAs are compared with references, by this scorer. */
    public static ScoringConfig of(ScorerConfig reference) {
        return new ScoringConfig(Map.of(REFERENCE, reference), Map.of());
    }

    /** How the answers of an SLA are scored. */
    public SlaScoring of(String sla) {
        return slas.getOrDefault(sla, BY_REFERENCE);
    }
}
