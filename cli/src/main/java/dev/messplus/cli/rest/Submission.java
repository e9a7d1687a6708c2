package dev.messplus.cli.rest;

import java.nio.file.Path;
import java.util.List;

/**
 * A job to submit.
 *
 * @param jar with the job's {@code main}
 * @param name to show the job by; null for its own
 * @param savepoint path of a savepoint or checkpoint to start from; null for none
 * @param parallelism of the job; null for the cluster's default
 */
public record Submission(
        Path jar, List<String> arguments, String name, String savepoint, Integer parallelism) {

    /** Copies the arguments. */
    public Submission {
        arguments = List.copyOf(arguments);
    }
}
