package dev.messplus.local.zoo;

/** A request that is refused, with the error that OpenAI's API would report. */
final class ApiException extends Exception {

    private final int status;
    private final String code;

    /**
     * @param status the HTTP status, 4xx
     * @param code stable code of the reason, such as {@code model_not_found}
     * @param message what is wrong and how to fix it
     */
    ApiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
