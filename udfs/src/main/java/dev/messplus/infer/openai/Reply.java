package dev.messplus.infer.openai;

/**
 * What a server replied over HTTP, before it is parsed.
 *
 * @param status status of HTTP
 * @param retryAfter value of the header {@code Retry-After}; empty if there is none
 * @param bytes contains the body in its first {@code length} bytes
 * @param length length of the body, in bytes
 * @param whole whether this is the whole body. A longer one is cut, and its connection closed
 */
record Reply(int status, String retryAfter, byte[] bytes, int length, boolean whole) {

    boolean isSuccess() {
        return status >= 200 && status <= 299;
    }
}
