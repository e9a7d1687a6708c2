package dev.messplus.infer;

/**
 * What a server answered, before it is understood.
 *
 * @param status status of HTTP
 * @param retryAfter value of the header {@code Retry-After}; empty if there is none
 * @param bytes contains the body in its first {@code length} bytes
 * @param length length of the body, in bytes
 * @param whole whether this is the whole body. A longer one is cut, and its connection closed
 */
record ServerAnswer(int status, String retryAfter, byte[] bytes, int length, boolean whole) {

    boolean isSuccess() {
        return status >= 200 && status <= 299;
    }
}
