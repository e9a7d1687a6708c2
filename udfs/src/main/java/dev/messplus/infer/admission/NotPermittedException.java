package dev.messplus.infer.admission;

/**
 * Why a model is not called. The message names the model and may be written to records. There is no
 * stack trace: the cause is not code.
 */
public final class NotPermittedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean isTransient;

    private NotPermittedException(String message, boolean isTransient) {
        super(message, null, false, false);
        this.isTransient = isTransient;
    }

    /** The circuit breaker refuses calls, which may be over soon. */
    static NotPermittedException byBreaker(String message) {
        return new NotPermittedException(message, true);
    }

    /** There was no place for as long as another model took to answer. */
    public static NotPermittedException noPlace(String model) {
        return new NotPermittedException(
                model + " was not called: it had no place until another model had answered", true);
    }

    /** The time to wait for a place is over. */
    static NotPermittedException outOfTime(String message) {
        return new NotPermittedException(message, false);
    }

    /** Whether the model may be asked again within the request's time. */
    public boolean isTransient() {
        return isTransient;
    }
}
