package dev.messplus.inference;

/**
 * Why a call brought no answer. Its message names the model, says what happened, and is free of
 * secrets; it ends up in records. It has no stack trace, for it tells of a server and not of code.
 */
final class InferenceException extends RuntimeException {

    private final boolean retryable;
    private final long retryAfterMillis;

    private InferenceException(String message, boolean retryable, long retryAfterMillis) {
        super(message, null, false, false);
        this.retryable = retryable;
        this.retryAfterMillis = retryAfterMillis;
    }

    /**
     * The same call may succeed later.
     *
     * @param retryAfterMillis the pause that the server asks for; 0 when it does not
     */
    static InferenceException retryable(String message, long retryAfterMillis) {
        return new InferenceException(message, true, retryAfterMillis);
    }

    /** The same call would fail again. */
    static InferenceException permanent(String message) {
        return new InferenceException(message, false, 0);
    }

    boolean isRetryable() {
        return retryable;
    }

    long retryAfterMillis() {
        return retryAfterMillis;
    }
}
