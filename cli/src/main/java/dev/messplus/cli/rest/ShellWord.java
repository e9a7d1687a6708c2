package dev.messplus.cli.rest;

import java.util.regex.Pattern;

/** Words of commands that people paste into a shell. */
public final class ShellWord {

    /** Words that a shell takes as they are. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./:+@%,=-]+");

    private ShellWord() {}

    /** A word in quotes, if it needs them. */
    public static String of(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
