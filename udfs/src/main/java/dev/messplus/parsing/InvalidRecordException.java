package dev.messplus.parsing;

import dev.messplus.record.DeadLetter.Reason;

/** A record that cannot be used; the message names the field, its value and the fix. */
public final class InvalidRecordException extends Exception {

    private static final int MAX_SHOWN = 80;

    private final Reason reason;

    InvalidRecordException(Reason reason, String field, String problem) {
        super(field + ": " + problem);
        this.reason = reason;
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    /** A value as a message may show it: quoted, and cut if long. */
    static String shown(Object value) {
        String text = String.valueOf(value);
        return "'" + (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…") + "'";
    }

    // Bad records come in floods; nobody reads their stack traces.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
