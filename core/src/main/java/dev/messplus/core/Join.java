package dev.messplus.core;

/** What became of an observation of a request. */
public enum Join {
    /** It was new and changed the state. */
    APPLIED,
    /** All of it was known already; nothing changed. */
    DUPLICATE,
    /**
     * It is a label of a model that was not asked, as far as is known: kept, for a request may turn
     * out to have fallen back on it.
     */
    EARLY,
    /** It is about a model that was not asked; nothing changed. */
    UNEXPECTED
}
