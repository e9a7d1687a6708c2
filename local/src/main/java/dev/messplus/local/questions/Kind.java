package dev.messplus.local.questions;

import java.util.Locale;

/**
 * What a question asks for. Kinds differ in which model suffices: spelling shows a common root, but
 * not a meaning, and neither gives a sum. The weights are percentages of all questions.
 */
public enum Kind {
    DEFINITION(16),
    SYNONYM(8),
    ANTONYM(6),
    HYPERNYM(8),
    HYPONYM(6),
    PART(6),
    ODD_ONE_OUT(8),
    DERIVATION(8),
    SPELLING(6),
    ARITHMETIC(14),
    UNIT(7),
    DATE(7);

    private final int weight;

    Kind(int weight) {
        this.weight = weight;
    }

    int weight() {
        return weight;
    }

    /** The name in words, such as {@code odd one out}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
