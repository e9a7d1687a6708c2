package dev.messplus.core.account;

/** What became of an observation of a request. */
public enum JoinResult {
    /** It was new and changed the state. */
    APPLIED,
    /** All of it was known already; nothing changed. */
    DUPLICATE,
    /**
     * It is a label, and it is not known yet which models answered. It is kept until then: the
     * request may turn out to have fallen back on the model, or the model to have given no answer.
     */
    EARLY,
    /** It is about a model that was not asked; nothing changed. */
    UNEXPECTED
}
