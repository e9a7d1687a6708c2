package dev.messplus.batch.line;

/** A line is not a request. The message names the field, its value and the fix. */
public final class InvalidLineException extends Exception {

    private final String customId;

    /**
     * What is wrong with a line.
     *
     * @param customId the id that the line has; {@code null} if it has none, or an invalid one
     */
    public InvalidLineException(String customId, String message) {
        super(message);
        this.customId = customId;
    }

    /** The id that the line has; {@code null} if it has none, or an invalid one. */
    public String customId() {
        return customId;
    }
}
