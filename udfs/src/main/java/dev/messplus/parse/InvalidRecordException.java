package dev.messplus.parse;

import dev.messplus.record.DeadLetter.Reason;

/** A record is invalid. The message names the field, its value and the fix. */
public final class InvalidRecordException extends Exception {

    private static final int MAX_QUOTED_CHARS = 80;

    private final Reason reason;
    private final transient RecordOrigin origin;

    InvalidRecordException(Reason reason, String field, String problem) {
        this(reason, field + ": " + problem, RecordOrigin.UNKNOWN);
    }

    private InvalidRecordException(Reason reason, String message, RecordOrigin origin) {
        super(message);
        this.reason = reason;
        this.origin = origin;
    }

    /** The same problem, with what the record is about. */
    InvalidRecordException about(RecordOrigin known) {
        return new InvalidRecordException(reason, getMessage(), known);
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    /** What the record is about, as far as it could be read. */
    RecordOrigin origin() {
        return origin;
    }

    /** A value for use in a message: quoted, and cut if it is long. */
    static String quoted(String value) {
        return "'" + cut(value) + "'";
    }

    /** A value for use in a message: cut if it is long. */
    static String cut(String value) {
        return value.length() <= MAX_QUOTED_CHARS
                ? value
                : value.substring(0, MAX_QUOTED_CHARS) + "…";
    }

    // Invalid records can come in floods, and their stack traces hold no news.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
