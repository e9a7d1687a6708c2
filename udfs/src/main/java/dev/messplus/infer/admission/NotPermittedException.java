package dev.messplus.infer.admission;

/**
 * Why a model is not called. The message names the model and may be written to records. There is no
 * stack trace: the cause is not code.
 */
public final class NotPermittedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private NotPermittedException(String message) {
        super(message, null, false, false);
    }

    /** The circuit breaker refuses calls, which may be over soon. */
    static NotPermittedException byBreaker(String message) {
        return new NotPermittedException(message);
    }

    /** The time to wait for a place is over. */
    static NotPermittedException outOfTime(String message) {
        return new NotPermittedException(message);
    }
}
