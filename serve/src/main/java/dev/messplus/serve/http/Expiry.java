package dev.messplus.serve.http;

import dev.messplus.serve.store.Store;
import java.time.Duration;

/** How long files are kept, as a call says it. */
final class Expiry {

    /** As in OpenAI's API. */
    private static final long LEAST_SECONDS = Duration.ofHours(1).toSeconds();

    private Expiry() {}

    /**
     * Seconds for which a file is kept.
     *
     * @param field that says it
     * @param anchor from when they count; {@code null} if the call does not say it
     * @param seconds {@code null} if the call does not say it
     * @throws IllegalArgumentException if it is too long, or something else
     */
    static long seconds(String field, String anchor, String seconds) {
        if (anchor != null && !anchor.equals("created_at")) {
            throw new IllegalArgumentException(
                    "%s.anchor: must be created_at, was %s".formatted(field, anchor));
        }
        if (seconds == null) {
            return Store.KEPT.toSeconds();
        }
        long value = -1;
        try {
            value = Long.parseLong(seconds);
        } catch (NumberFormatException e) {
            // As if it were too small.
        }
        if (value < LEAST_SECONDS || value > Store.KEPT.toSeconds()) {
            throw new IllegalArgumentException(
                    "%s.seconds: must be %d to %d, was %s"
                            .formatted(field, LEAST_SECONDS, Store.KEPT.toSeconds(), seconds));
        }
        return value;
    }
}
