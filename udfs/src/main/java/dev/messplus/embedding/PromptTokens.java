package dev.messplus.embedding;

/** Estimates the length of a prompt in tokens, for the energy estimate before the call. */
public final class PromptTokens {

    /** A common rule of thumb for English; only ratios matter to the energy estimate. */
    private static final int CHARS_PER_TOKEN = 4;

    private PromptTokens() {}

    /** Estimated tokens of a prompt, at least 1: a quarter of its characters. */
    public static int estimate(String text) {
        return 1 + text.length() / CHARS_PER_TOKEN;
    }
}
