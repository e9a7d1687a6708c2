package dev.messplus.core;

/** What a request counts as in Q when its label never comes. */
public enum MissingLabelPolicy {
    /**
     * As it was forecast when it was decided. Where a share is rated, a rating also stands for the
     * answers that are not; where users rate, silence says something, see {@link LabelSource}.
     */
    AS_PREDICTED,
    /** As accuracy 0: cautious, because missing labels then buy more expensive models. */
    AS_ZERO,
    /** Not at all. */
    IGNORED
}
