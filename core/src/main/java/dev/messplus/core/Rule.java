package dev.messplus.core;

import java.io.Serializable;

/** The settings of a rule that chooses models. */
public interface Rule extends Serializable {

    /** Whether the label of an answer that was asked for in this mode trains its predictor. */
    boolean learnsFrom(Mode mode);
}
