package dev.messplus.parse;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.function.Supplier;

/** Reads when a request was sent. */
final class SentAt {

    /**
     * Milliseconds; 3 March 1973. Smaller integers are seconds, which reach it in the year 5138:
     * taken as milliseconds, they would make every request late.
     */
    private static final long MIN_MILLIS = 100_000_000_000L;

    /** Clocks of senders may be wrong, and days off are a wrong unit or zone. */
    private static final long MAX_AHEAD_MILLIS = Duration.ofDays(1).toMillis();

    private SentAt() {}

    /**
     * Milliseconds since the epoch: an integer of them, or an instant as in ISO 8601.
     *
     * @param clock states the time in milliseconds since the epoch
     */
    static long millis(JsonCursor value, Supplier<Long> clock)
            throws IOException, InvalidRecordException {
        long millis = 0;
        if (value.isText()) {
            millis = instant(value);
        } else if (value.isLong()) {
            millis = value.integer(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (millis < MIN_MILLIS) {
            throw noTime(value);
        }
        if (millis > clock.get() + MAX_AHEAD_MILLIS) {
            throw value.invalid(
                    "must not be more than a day in the future, was %s (%s)"
                            .formatted(value.value(), Instant.ofEpochMilli(millis)));
        }
        return millis;
    }

    private static long instant(JsonCursor value) throws IOException, InvalidRecordException {
        try {
            return Instant.from(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(value.text()))
                    .toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw noTime(value);
        }
    }

    private static InvalidRecordException noTime(JsonCursor value) throws IOException {
        return value.invalid(
                "must be milliseconds since the epoch, or a time like \"2026-01-31T12:00:00Z\","
                        + " was "
                        + value.value());
    }
}
