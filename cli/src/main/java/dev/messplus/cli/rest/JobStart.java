package dev.messplus.cli.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a job was started.
 *
 * @param config file that it was configured by, as its user named it; null if that is not known
 * @param name that it is shown by
 * @param parallelism of the job; not positive if it is the cluster's
 * @param bounded whether it is a bounded run
 */
public record JobStart(String config, String name, int parallelism, boolean bounded) {

    private static final String DEFAULT_CONFIG = "mess.yaml";
    private static final String DEFAULT_NAME = "mess+";

    /** Words that a shell takes as they are. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./:+@%,=-]+");

    /** The options with which {@code mess submit} starts a job like it. */
    public List<String> options() {
        List<String> options = new ArrayList<>();
        options.add("--config " + quoted(config == null ? DEFAULT_CONFIG : config));
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
