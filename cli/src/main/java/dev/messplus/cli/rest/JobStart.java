package dev.messplus.cli.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a job was started.
 *
 * @param name that it is shown by
 * @param parallelism of the job; not positive if it is the cluster's
 * @param bounded whether it is a bounded run
 */
public record JobStart(String name, int parallelism, boolean bounded) {

    private static final String DEFAULT_NAME = "mess+";

    /** Words that a shell takes as they are. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./:+@%,=-]+");

    /** The options with which {@code mess submit} starts a job like it. */
    public List<String> options() {
        List<String> options = new ArrayList<>();
        if (!name.equals(DEFAULT_NAME)) {
            options.add("--name " + quoted(name));
        }
        if (parallelism > 0) {
            options.add("--parallelism " + parallelism);
        }
        if (bounded) {
            options.add("--bounded");
        }
        return options;
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
