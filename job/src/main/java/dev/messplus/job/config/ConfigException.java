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
        super(
                "%s has %d error%s:%n  %s"
                        .formatted(
                                source,
                                errors.size(),
                                errors.size() == 1 ? "" : "s",
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
