package dev.messplus.parsing;

import dev.messplus.record.DeadLetter.Reason;

/** A record is invalid. The message names the field, its value and the fix. */
public final class InvalidRecordException extends Exception {

    private static final int MAX_QUOTED_CHARS = 80;

    private final Reason reason;

    InvalidRecordException(Reason reason, String field, String problem) {
        super(field + ": " + problem);
        this.reason = reason;
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    /** A value for use in a message: quoted, and cut if it is long. */
    static String quoted(Object value) {
        String text = String.valueOf(value);
        return "'"
                + (text.length() <= MAX_QUOTED_CHARS
                        ? text
                        : text.substring(0, MAX_QUOTED_CHARS) + "…")
                + "'";
    }

    // Invalid records can come in floods, and their stack traces tell nothing.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
