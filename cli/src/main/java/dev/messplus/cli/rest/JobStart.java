package dev.messplus.cli.rest;

import java.util.ArrayList;
import java.util.List;

/**
 * How a job was started.
 *
 * @param config file that it was configured by, as its user named it; null if that is not known
 * @param jars jars of its user that it has with it, as the user named them
 * @param name that it is shown by
 * @param parallelism of the job; not positive if it is the cluster's
 * @param bounded whether it is a bounded run
 */
public record JobStart(
        String config, List<String> jars, String name, int parallelism, boolean bounded) {

    private static final String DEFAULT_CONFIG = "mess.yaml";
    private static final String DEFAULT_NAME = "mess+";

    /** The options with which {@code mess submit} starts a job like it. */
    public List<String> options() {
        List<String> options = new ArrayList<>();
        options.add("--config " + ShellWord.of(config == null ? DEFAULT_CONFIG : config));
        jars.forEach(jar -> options.add("--jar " + ShellWord.of(jar)));
        if (!name.equals(DEFAULT_NAME)) {
            options.add("--name " + ShellWord.of(name));
        }
        if (parallelism > 0) {
            options.add("--parallelism " + parallelism);
        }
        if (bounded) {
            options.add("--bounded");
        }
        return options;
    }
}
