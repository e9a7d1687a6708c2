package dev.messplus.energy;

/** Who pays for the power that a device draws without a call. */
public enum IdlePolicy {
    /**
     * Calls in flight pay for the whole device. What it draws while no call is in flight is
     * nobody's.
     */
    INCLUDE,
    /**
     * Calls pay only for what exceeds the power of the idle device. Choose it if the device runs
     * anyway, and a decision only changes how hard it works.
     */
    SUBTRACT,
    /**
     * Calls pay for the whole device, and the energy of idle time is spread over them. Choose it if
     * the device runs for these calls alone, and they are to account for all of it.
     */
    AMORTISE
}
