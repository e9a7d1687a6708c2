package dev.messplus.energy;

/** Who pays for the power that a device draws without any call. */
public enum IdlePolicy {
    /** Calls in flight pay for all that the device draws; the energy of idle time is nobody's. */
    INCLUDE,
    /** Calls pay only for what the device draws beyond its idle power. */
    SUBTRACT,
    /** Calls pay for all that the device draws, and by and by for the energy of idle time. */
    AMORTISE
}
