package dev.messplus.inference;

/**
 * Why a call brought no answer. Its message names the model, says what happened, and is free of
 * secrets; it ends up in records. It has no stack trace, for it tells of a server and not of code.
 */
final class InferenceException extends RuntimeException {

    /** Whose fault it is, and what can be done. */
    private enum Kind {
        /** The server's; the same call may succeed soon. */
        TRANSIENT,
        /** The server is not there; it may be back later. */
        UNREACHABLE,
        /** The server's; the same call would fail again. */
        SERVER,
        /** The request's; another one may well succeed. */
        REQUEST,
        /** The call was not made. */
        NOT_CALLED
    }

    private final Kind kind;
    private final long retryAfterMillis;

    private InferenceException(String message, Kind kind, long retryAfterMillis) {
        super(message, null, false, false);
        this.kind = kind;
        this.retryAfterMillis = retryAfterMillis;
    }

    /**
     * The same call may succeed later.
     *
     * @param retryAfterMillis the pause that the server asks for; 0 when it does not
     */
    static InferenceException retryable(String message, long retryAfterMillis) {
        return new InferenceException(message, Kind.TRANSIENT, retryAfterMillis);
    }

    /** Nobody is there to call: asking again at once would find nobody either. */
    static InferenceException unreachable(String message) {
        return new InferenceException(message, Kind.UNREACHABLE, 0);
    }

    /** The server cannot serve: the same call would fail again. */
    static InferenceException permanent(String message) {
        return new InferenceException(message, Kind.SERVER, 0);
    }

    /** The server does not take this request, which says nothing of others. */
    static InferenceException ofRequest(String message) {
        return new InferenceException(message, Kind.REQUEST, 0);
    }

    /** The server is left alone for now. */
    static InferenceException notCalled(String message) {
        return new InferenceException(message, Kind.NOT_CALLED, 0);
    }

    boolean foundNobody() {
        return kind == Kind.UNREACHABLE;
    }

    boolean isRetryable() {
        return kind == Kind.TRANSIENT;
    }

    /** Whether the model may answer the same if it is asked once more after others. */
    boolean mayPass() {
        return kind == Kind.TRANSIENT || kind == Kind.UNREACHABLE || kind == Kind.NOT_CALLED;
    }

    /** Whether it says that the server is in trouble. */
    boolean blamesServer() {
        return kind == Kind.TRANSIENT || kind == Kind.UNREACHABLE || kind == Kind.SERVER;
    }

    long retryAfterMillis() {
        return retryAfterMillis;
    }
}
