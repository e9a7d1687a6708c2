package dev.messplus.cli.records;

import dev.messplus.job.config.ConfigException;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the lines of a file: with how many of them, and with the first. */
public final class LineErrors {

    /** More errors of one file do not help. */
    private static final int MAX_SHOWN = 10;

    private final List<String> first = new ArrayList<>();
    private long count;

    /** Adds what is wrong with a line, which names the line. */
    public void add(String error) {
        count++;
        if (count <= MAX_SHOWN) {
            first.add(error);
        }
    }

    /**
     * Fails if there are any.
     *
     * @throws ConfigException that says how many there are, and lists the first
     */
    public void throwIfAny(String source) {
        if (count > 0) {
            throw new ConfigException(source, first, count);
        }
    }
}
