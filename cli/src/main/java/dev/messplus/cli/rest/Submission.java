package dev.messplus.cli.rest;

import java.nio.file.Path;
import java.util.List;

/**
 * A job to start.
 *
 * @param jar that has its {@code main}
 * @param arguments of {@code main}
 * @param name it is shown by; null for its own
 * @param savepoint to start from; null for none
 * @param parallelism null for the cluster's
 */
public record Submission(
        Path jar, List<String> arguments, String name, String savepoint, Integer parallelism) {

    /** A submission of what was read. */
    public Submission {
        arguments = List.copyOf(arguments);
    }
}
