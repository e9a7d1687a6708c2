package dev.messplus.local.questions;

import com.ibm.icu.text.RuleBasedNumberFormat;
import java.util.Locale;

/** Numbers in English words, such as {@code one hundred twenty-one}. */
public final class NumberWords {

    private NumberWords() {}

    /** A format that writes and reads such words. It is not thread safe. */
    public static RuleBasedNumberFormat format() {
        return new RuleBasedNumberFormat(Locale.ENGLISH, RuleBasedNumberFormat.SPELLOUT);
    }
}
