package dev.messplus.job.config;

import java.util.List;

/** A configuration that cannot be used; the message lists every error, by path. */
public final class ConfigException extends RuntimeException {

    private final List<String> errors;

    /** An exception for at least one error. */
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

    /** The errors, each {@code path: problem}. */
    public List<String> errors() {
        return errors;
    }
}
