package dev.messplus.infer.config;

import dev.messplus.setting.Check;
import java.io.Serializable;

/**
 * What happens to the requests of an SLA that have to wait for a call.
 *
 * @param order which of the waiting requests is called first
 * @param shedAfterMillis age from which on a request expires instead of being called, in
 *     milliseconds since it was sent; 0 for never
 */
public record BacklogPolicy(Order order, long shedAfterMillis) implements Serializable {

    /** Every request is called in its turn, however old it is. */
    public static final BacklogPolicy DEFAULT = new BacklogPolicy(Order.OLDEST_FIRST, 0);

    /** Which of the waiting requests is called first. */
    public enum Order {
        /** The one that arrived first. */
        OLDEST_FIRST,
        /** The one that arrived last. */
        NEWEST_FIRST
    }

    public BacklogPolicy {
        Check.that(order != null, "order: must be set");
        Check.that(
                shedAfterMillis >= 0,
                "shedAfterMillis: must be at least 0, was " + shedAfterMillis);
    }
}
