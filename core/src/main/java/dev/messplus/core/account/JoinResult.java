package dev.messplus.core.account;

/** What became of an observation of a request. */
public enum JoinResult {
    /** It was new and changed the state. */
    APPLIED,
    /** All of it was known already; nothing changed. */
    DUPLICATE,
    /**
     * It is a label of a model that was not asked, as far as is known. It is kept, because the
     * request may turn out to have fallen back on that model.
     */
    EARLY,
    /** It is about a model that was not asked; nothing changed. */
    UNEXPECTED
}
