package dev.messplus.energy;

/**
 * An energy source cannot be read, now or at all. The message names the source, says what was
 * tried, and suggests a fix.
 */
public final class EnergyUnavailableException extends Exception {

    /** An exception without a cause. */
    public EnergyUnavailableException(String message) {
        super(message);
    }

    /** An exception with a cause, which may be {@code null}. */
    public EnergyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
