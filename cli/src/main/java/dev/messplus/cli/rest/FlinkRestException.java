package dev.messplus.cli.rest;

/** A cluster did not answer or refused a request; the message says which cluster, and why. */
public final class FlinkRestException extends RuntimeException {

    private final boolean retryable;

    FlinkRestException(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** Whether the same call may succeed later: no answer came, or there is no leader yet. */
    public boolean isRetryable() {
        return retryable;
    }
}
