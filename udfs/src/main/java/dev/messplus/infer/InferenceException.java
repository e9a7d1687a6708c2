package dev.messplus.infer;

/**
 * Why a call returned no answer. The message names the model, says what happened, and holds no
 * secrets, because it is written to records. There is no stack trace: the cause is a server, not
 * code.
 */
final class InferenceException extends RuntimeException {

    /** What failed, and what follows from it. */
    private enum Kind {
        /** The server failed; the same call may succeed soon. */
        RETRYABLE("failed"),
        /** There is no server to connect to; it may come back later. */
        UNREACHABLE("unreachable"),
        /** The server failed; the same call would fail again. */
        PERMANENT("failed"),
        /** The request is at fault; another request may succeed. */
        REQUEST("invalid_request"),
        /** The circuit breaker did not permit the call. */
        NOT_PERMITTED("circuit_open");

        private final String errorType;

        Kind(String errorType) {
            this.errorType = errorType;
        }
    }

    private final Kind kind;
    private final long retryAfterMillis;
    private final String errorType;

    private InferenceException(String message, Kind kind, long retryAfterMillis) {
        this(message, kind, retryAfterMillis, kind.errorType);
    }

    private InferenceException(String message, Kind kind, long retryAfterMillis, String errorType) {
        super(message, null, false, false);
        this.kind = kind;
        this.retryAfterMillis = retryAfterMillis;
        this.errorType = errorType;
    }

    /**
     * The same call may succeed soon.
     *
     * @param retryAfterMillis the pause that the server asks for, in milliseconds; 0 for none
     */
    static InferenceException retryable(String message, long retryAfterMillis) {
        return new InferenceException(message, Kind.RETRYABLE, retryAfterMillis);
    }

    /** There is no server to connect to: a retry at once would not reach one either. */
    static InferenceException unreachable(String message) {
        return new InferenceException(message, Kind.UNREACHABLE, 0);
    }

    /** The server cannot serve: the same call would fail again. */
    static InferenceException permanent(String message) {
        return new InferenceException(message, Kind.PERMANENT, 0);
    }

    /** The server rejects this request, which says nothing about others. */
    static InferenceException ofRequest(String message) {
        return new InferenceException(message, Kind.REQUEST, 0);
    }

    /** The circuit breaker does not permit calls now. */
    static InferenceException notPermitted(String message) {
        return new InferenceException(message, Kind.NOT_PERMITTED, 0);
    }

    /**
     * The same, of a type that says more than what follows from it.
     *
     * @param type one of few, such as the status of the response
     */
    InferenceException ofType(String type) {
        return new InferenceException(getMessage(), kind, retryAfterMillis, type);
    }

    /** What failed, as one of few words. */
    String errorType() {
        return errorType;
    }

    /** Whether the call reached no server. */
    boolean isUnreachable() {
        return kind == Kind.UNREACHABLE;
    }

    /** Whether the same call is worth a retry after a pause. */
    boolean isRetryable() {
        return kind == Kind.RETRYABLE;
    }

    /** Whether the failure may be over by the time that the other models were asked. */
    boolean isTransient() {
        return kind == Kind.RETRYABLE || kind == Kind.UNREACHABLE || kind == Kind.NOT_PERMITTED;
    }

    /** Whether the circuit breaker counts the failure against the server. */
    boolean blamesServer() {
        return kind == Kind.RETRYABLE || kind == Kind.UNREACHABLE || kind == Kind.PERMANENT;
    }

    /** The pause that the server asks for, in milliseconds; 0 for none. */
    long retryAfterMillis() {
        return retryAfterMillis;
    }
}
