package dev.messplus.core;

/** How a model came to be chosen. */
public enum Mode {
    /**
     * Another model is asked as well, or with X_t = 1 every model. The best answer is served, by
     * score or else by forecast.
     */
    EXPLORE,
    /** The model of the least objective is asked. */
    EXPLOIT
}
