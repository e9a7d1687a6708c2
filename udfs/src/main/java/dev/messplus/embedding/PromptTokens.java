package dev.messplus.embedding;

/** How long a prompt is, for the energy estimate before the call. */
public final class PromptTokens {

    /** The usual rule of thumb for English; only ratios matter to the energy estimate. */
    private static final int CHARS_PER_TOKEN = 4;

    private PromptTokens() {}

    /** A prompt's length in tokens, at least 1: a fourth of its characters. */
    public static int estimate(String text) {
        return 1 + text.length() / CHARS_PER_TOKEN;
    }
}
