package dev.messplus.embed.tokens;

/** What a BERT tokenizer takes a character for. */
enum CharacterClass {

    /** Separates words. */
    SPACE,

    /** A word of its own. */
    PUNCTUATION,

    /** A word of its own: Chinese characters, also in Japanese and Korean. */
    IDEOGRAPH,

    /** Dropped: control and format characters, and what cannot be encoded. */
    REMOVED,

    /** Part of a word. */
    LETTER;

    private static final int REPLACEMENT = 0xFFFD;

    /** The class of a code point. */
    static CharacterClass of(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return SPACE;
        }
        if (c == REPLACEMENT) {
            return REMOVED;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE ->
                    REMOVED;
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    SPACE;
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                    PUNCTUATION;
            default -> isAsciiSymbol(c) ? PUNCTUATION : isIdeograph(c) ? IDEOGRAPH : LETTER;
        };
    }

    /** Of these, Unicode takes {@code $+<=>^`|~} for symbols. */
    private static boolean isAsciiSymbol(int c) {
        return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    }

    /** The blocks that BERT lists; newer extensions are not among them. */
    private static boolean isIdeograph(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2B73F)
                || (c >= 0x2B740 && c <= 0x2B81F)
                || (c >= 0x2B920 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }
}
