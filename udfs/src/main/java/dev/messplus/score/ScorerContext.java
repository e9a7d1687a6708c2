package dev.messplus.score;

/** What a scorer may use. */
public interface ScorerContext {

    /**
     * Another scorer of the configuration.
     *
     * @param name its name under {@code scorers}
     */
    Scorer scorer(String name);

    /**
     * A model that may be asked.
     *
     * @param id its id under {@code zoo} or {@code judges}
     */
    JudgeModel judge(String id);
}
