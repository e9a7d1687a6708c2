package dev.messplus.core;

/** How a model came to be chosen. */
public enum Mode {
    /** X_t = 1: every model is asked, and the best answer is served. */
    EXPLORE,
    /** X_t = 0: the model of least V E + Q (alpha - A) is asked. */
    EXPLOIT,
    /** X_t = 0, but too little is known to exploit: the strongest model is asked. */
    WARM_UP
}
