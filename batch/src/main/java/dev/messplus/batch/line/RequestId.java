package dev.messplus.batch.line;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a request that is a line of a batch, such as {@code batch_9f2c41d07ab35e68/17/name}.
 * All that is needed to account for its response is in it.
 *
 * @param batch id of the batch, without a slash
 * @param line number of the line, from 1
 * @param customId the id that the line itself has; {@code null} if it has none
 */
public record RequestId(String batch, long line, String customId) {

    /** With the id of the batch and the line, it fits into the 256 characters of an id. */
    public static final int MAX_CUSTOM_ID_CHARS = 200;

    private static final Pattern TEXT =
            Pattern.compile("([^/]+)/([1-9][0-9]{0,17})(?:/(.*))?", Pattern.DOTALL);

    /** Reads what {@link #text} has written; empty if it is another id. */
    public static Optional<RequestId> parse(String id) {
        Matcher parts = TEXT.matcher(id);
        return parts.matches()
                ? Optional.of(
                        new RequestId(
                                parts.group(1), Long.parseLong(parts.group(2)), parts.group(3)))
                : Optional.empty();
    }

    /** What the ids of all requests of a batch begin with, and no others. */
    public static String prefix(String batch) {
        return batch + "/";
    }

    public String text() {
        return prefix(batch) + line + (customId == null ? "" : "/" + customId);
    }
}
