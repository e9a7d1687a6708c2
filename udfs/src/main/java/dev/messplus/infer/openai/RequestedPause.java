package dev.messplus.infer.openai;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pause that the headers of a response ask for, before the next call.
 *
 * <p>The first of these that is valid counts: {@code retry-after-ms}, which OpenAI and Azure send
 * and their SDKs read first; {@code Retry-After} of RFC 9110, in seconds or as a date; and the time
 * until a used up limit is reset, as {@code x-ratelimit-reset-requests} and {@code
 * x-ratelimit-reset-tokens} state it ("Rate limits" in OpenAI's API documentation). A limit is used
 * up if {@code x-ratelimit-remaining-requests} or {@code -tokens} is 0.
 */
final class RequestedPause {

    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double MAX_MILLIS = Duration.ofDays(365).toMillis();

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,15})?");

    /** A part of a duration as Go prints it: {@code 6m0s}, {@code 7.66s}, {@code 20ms}. */
    private static final Pattern DURATION_PART =
            Pattern.compile("\\G([0-9]{1,15}(?:\\.[0-9]{1,15})?)(ms|h|m|s)");

    private RequestedPause() {}

    /**
     * The pause that a response asks for.
     *
     * @param header the value of a header by its name, empty if there is none
     * @return milliseconds, at least 0; 0 if no header asks for a pause
     */
    static long millis(UnaryOperator<String> header, Instant now) {
        double millis = number(header.apply("retry-after-ms"));
        if (Double.isNaN(millis)) {
            millis = retryAfter(header.apply("retry-after"), now);
        }
        if (Double.isNaN(millis)) {
            millis = Math.max(untilReset(header, "requests"), untilReset(header, "tokens"));
        }
        return Math.round(Math.min(MAX_MILLIS, millis));
    }

    private static double retryAfter(String value, Instant now) {
        double seconds = number(value);
        if (!Double.isNaN(seconds)) {
            return MILLIS_PER_SECOND * seconds;
        }
        try {
            ZonedDateTime at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Math.max(0, Duration.between(now, at).toMillis());
        } catch (DateTimeParseException e) {
            return Double.NaN;
        }
    }

    /** Milliseconds until a limit is reset; 0 unless it is used up. */
    private static double untilReset(UnaryOperator<String> header, String limit) {
        boolean usedUp = header.apply("x-ratelimit-remaining-" + limit).equals("0");
        return usedUp ? duration(header.apply("x-ratelimit-reset-" + limit)) : 0;
    }

    /** Milliseconds of a duration, or of a number of seconds; 0 if it is neither. */
    private static double duration(String value) {
        double seconds = number(value);
        if (!Double.isNaN(seconds)) {
            return MILLIS_PER_SECOND * seconds;
        }
        double millis = 0;
        int end = 0;
        for (Matcher part = DURATION_PART.matcher(value); part.find(); end = part.end()) {
            millis += Double.parseDouble(part.group(1)) * unitMillis(part.group(2));
        }
        return end == value.length() ? millis : 0;
    }

    private static double unitMillis(String unit) {
        return switch (unit) {
            case "h" -> Duration.ofHours(1).toMillis();
            case "m" -> Duration.ofMinutes(1).toMillis();
            case "s" -> MILLIS_PER_SECOND;
            default -> 1;
        };
    }

    private static double number(String value) {
        return NUMBER.matcher(value).matches() ? Double.parseDouble(value) : Double.NaN;
    }
}
