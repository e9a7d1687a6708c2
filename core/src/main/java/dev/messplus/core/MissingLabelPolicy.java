package dev.messplus.core;

/** What a request counts as in Q when its label never comes. */
public enum MissingLabelPolicy {
    /**
     * As what is forecast of it when it is given up; where users rate, as what their silence says,
     * see {@link LabelSource}.
     */
    AS_PREDICTED,
    /** As accuracy 0: cautious, because missing labels then buy more expensive models. */
    AS_ZERO,
    /** Not at all. */
    IGNORED
}
