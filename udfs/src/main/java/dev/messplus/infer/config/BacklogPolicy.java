package dev.messplus.infer.config;

import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.io.Serializable;

/**
 * What happens to the requests of an SLA that have to wait for a call, section {@code backlog}.
 *
 * @param order which of the waiting requests is called first
 * @param shedAfterMillis age from which on a request expires instead of being called, in
 *     milliseconds since it was sent; 0, which {@code null} becomes, for never
 * @param weight turns that the SLA has for each turn of an SLA of weight 1, above 0
 */
public record BacklogPolicy(
        @Setting(byDefault = "oldest_first") Order order,
        @Setting(range = "[1, 2592000000]") Long shedAfterMillis,
        @Setting(byDefault = "1", range = "[0.001, 1000]") double weight)
        implements Serializable {

    /** Every request is called in its turn, however old it is. */
    public static final BacklogPolicy DEFAULT = new BacklogPolicy(Order.OLDEST_FIRST, 0L, 1);

    /** Which of the waiting requests is called first. */
    public enum Order {
        /** The one that arrived first. */
        OLDEST_FIRST,
        /** The one that arrived last. */
        NEWEST_FIRST
    }

    public BacklogPolicy {
        Check.that(order != null, "order: must be set");
        Check.that(weight > 0, "weight: must be above 0, was " + weight);
        shedAfterMillis = shedAfterMillis == null ? Long.valueOf(0) : shedAfterMillis;
    }
}
