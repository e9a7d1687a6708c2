package dev.messplus.infer.openai;

/**
 * The body of a request for a chat completion.
 *
 * @param json the JSON, in UTF-8
 * @param logprobs whether it asks for log probabilities
 */
public record CompletionRequest(byte[] json, boolean logprobs) {

    /**
     * By how much a reply with log probabilities may be longer than one without. An answer of 4,096
     * tokens, each with 20 alternatives of 80 bytes, has 7 MB of them; the default of {@code
     * maxResponseBytes} is 0.5 MB.
     */
    private static final int LOGPROBS_FACTOR = 16;

    /** Some JVMs have no longer arrays. */
    private static final long MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    /** How many bytes of the reply are read, at most. */
    int maxReplyBytes(int maxResponseBytes) {
        return logprobs
                ? (int) Math.min(MAX_ARRAY_BYTES, (long) LOGPROBS_FACTOR * maxResponseBytes)
                : maxResponseBytes;
    }
}
