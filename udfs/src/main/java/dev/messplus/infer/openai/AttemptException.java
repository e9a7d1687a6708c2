package dev.messplus.infer.openai;

import java.util.Set;

/**
 * Why an attempt brought no completion. The message names the model, states what happened, and
 * holds no secrets, because it is written to records. There is no stack trace: the cause is a
 * server, not code.
 */
public final class AttemptException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Statuses of a server that has too many calls: 529 is what some send instead of 503. */
    private static final Set<String> OVERLOAD = Set.of("429", "503", "529");

    /** What failed, and what follows from it. */
    private enum Kind {
        /** The server failed; the same call may succeed soon. */
        RETRYABLE("failed"),
        /** There is no server to connect to; it may come back later. */
        UNREACHABLE("unreachable"),
        /** The server failed; the same call would fail again. */
        PERMANENT("failed"),
        /** The request is at fault; another request may succeed. */
        REQUEST("invalid_request");

        private final String errorType;

        Kind(String errorType) {
            this.errorType = errorType;
        }
    }

    private final Kind kind;
    private final long retryAfterMillis;
    private final String errorType;

    private AttemptException(String message, Kind kind, long retryAfterMillis, String errorType) {
        super(message, null, false, false);
        this.kind = kind;
        this.retryAfterMillis = retryAfterMillis;
        this.errorType = errorType;
    }

    private static AttemptException of(String message, Kind kind) {
        return new AttemptException(message, kind, 0, kind.errorType);
    }

    /**
     * The same call may succeed soon.
     *
     * @param retryAfterMillis the pause that the server asks for, in milliseconds; 0 for none
     */
    public static AttemptException retryable(String message, long retryAfterMillis) {
        return new AttemptException(
                message, Kind.RETRYABLE, retryAfterMillis, Kind.RETRYABLE.errorType);
    }

    /** There is no server to connect to: a retry at once would not reach one either. */
    public static AttemptException unreachable(String message) {
        return of(message, Kind.UNREACHABLE);
    }

    /** The server cannot serve: the same call would fail again. */
    public static AttemptException permanent(String message) {
        return of(message, Kind.PERMANENT);
    }

    /** The server rejects this request, which says nothing about others. */
    public static AttemptException ofRequest(String message) {
        return of(message, Kind.REQUEST);
    }

    /**
     * The same, of a type that says more than what follows from it.
     *
     * @param type one of few, such as the status of the response
     */
    public AttemptException ofType(String type) {
        return new AttemptException(getMessage(), kind, retryAfterMillis, type);
    }

    /** What failed, as one of few words. */
    public String errorType() {
        return errorType;
    }

    /** Whether the server has more calls than it takes. */
    public boolean isOverload() {
        return OVERLOAD.contains(errorType);
    }

    /** Whether the attempt reached no server. */
    public boolean isUnreachable() {
        return kind == Kind.UNREACHABLE;
    }

    /** Whether no model has tried: there was no server, or one that has too many calls. */
    public boolean isUntried() {
        return isUnreachable() || isOverload();
    }

    /** Whether another attempt is worth it after a pause. */
    public boolean isRetryable() {
        return kind == Kind.RETRYABLE;
    }

    /** Whether the failure may be over by the time that the other models were asked. */
    public boolean isTransient() {
        return kind == Kind.RETRYABLE || kind == Kind.UNREACHABLE;
    }

    /** Whether the circuit breaker counts the failure against the server. */
    public boolean blamesServer() {
        return kind != Kind.REQUEST;
    }

    /** The pause that the server asks for, in milliseconds; 0 for none. */
    public long retryAfterMillis() {
        return retryAfterMillis;
    }
}
