package dev.messplus.replay;

import java.util.Locale;

/** The words of options, as they are given on the command line. */
public final class Words {

    private Words() {}

    /** The word for a value, such as {@code scorer}. */
    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
