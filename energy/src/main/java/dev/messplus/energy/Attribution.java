package dev.messplus.energy;

/** How the energy of a device is split over the calls in flight on it. */
public enum Attribution {
    /** Evenly at every moment: a call pays for the time that it was in flight. */
    INFLIGHT,
    /** By tokens: of two calls in flight together, the one with the longer answer pays more. */
    TOKENS
}
