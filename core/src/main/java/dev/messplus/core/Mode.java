package dev.messplus.core;

/** How a model came to be chosen. */
public enum Mode {
    /**
     * Another model, or with X_t = 1 every one, is asked as well, and the best answer is served.
     */
    EXPLORE,
    /** The model of least V E + P (alpha - A) is asked. */
    EXPLOIT,
    /** Too little is known to choose by: a model is tried, or the second strongest is asked. */
    WARM_UP
}
