package dev.messplus.energy;

/**
 * A source of energy figures cannot be used, or not now. The message is for people: it names the
 * source, what was tried, and what would help.
 */
public final class EnergyUnavailableException extends Exception {

    /** With a message that stands for itself. */
    public EnergyUnavailableException(String message) {
        super(message);
    }

    /** With what was in the way. */
    public EnergyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
