package dev.messplus.cli.rest;

/** A cluster that gave no answer, or refused; the message says which and why. */
public final class FlinkRestException extends RuntimeException {

    private final boolean passing;

    FlinkRestException(String message, boolean passing, Throwable cause) {
        super(message, cause);
        this.passing = passing;
    }

    /** Whether the same call may succeed later: nobody was there, or nobody leads yet. */
    public boolean isPassing() {
        return passing;
    }
}
