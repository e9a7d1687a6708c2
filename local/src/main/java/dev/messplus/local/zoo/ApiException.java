package dev.messplus.local.zoo;

/** A request refused, in the words of OpenAI's API. */
final class ApiException extends Exception {

    private final int status;
    private final String code;

    /**
     * @param status the HTTP status, 4xx
     * @param code a stable name of the reason, such as {@code model_not_found}
     * @param message what was wrong and what would be right
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
