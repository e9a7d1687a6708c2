package dev.messplus.replay.policy;

/** What a {@link SimulatedJudge} says of an answer. */
public enum JudgeSays {
    /** A score, as people give it. */
    SCORE,
    /** Whether the answer passes: 1 with the probability of that score, and 0 otherwise. */
    CHECK,
    /**
     * A number on a scale of its own that rises with the true score, such as a mean log
     * probability.
     */
    SIGNAL,
    /** What was recorded of a scorer. */
    RECORDED
}
