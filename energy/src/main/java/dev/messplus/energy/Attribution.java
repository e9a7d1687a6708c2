package dev.messplus.energy;

/** How a device's energy is split over the calls that are in flight on it. */
public enum Attribution {
    /** Evenly at every moment: a call pays for the time it was there. */
    INFLIGHT,
    /** By the tokens they took: a long answer pays more than a short one beside it. */
    TOKENS
}
