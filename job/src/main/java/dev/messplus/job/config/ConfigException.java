package dev.messplus.job.config;

import java.util.List;

/** A configuration that cannot be used. The message lists all errors, one to a line. */
public final class ConfigException extends RuntimeException {

    private final List<String> errors;

    /**
     * An exception for at least one error.
     *
     * @param source what the errors are about: a file, or an address of Kafka
     * @param errors each like {@code slas.gold.alpha: must be between 0 and 1, was 1.2}
     */
    public ConfigException(String source, List<String> errors) {
        this(source, errors, errors.size());
    }

    /**
     * An exception for more errors than it lists.
     *
     * @param source what the errors are about
     * @param errors the first errors
     * @param count how many there are in all
     */
    public ConfigException(String source, List<String> errors, long count) {
        super(
                "%s has %,d error%s%s:%n  %s"
                        .formatted(
                                source,
                                count,
                                count == 1 ? "" : "s",
                                count == errors.size()
                                        ? ""
                                        : ", of which the first %d are".formatted(errors.size()),
                                String.join(System.lineSeparator() + "  ", errors)));
        this.errors = List.copyOf(errors);
    }

    /**
     * The errors, each with the path of a field, the problem, the value and, if needed, the fix.
     */
    public List<String> errors() {
        return errors;
    }
}
