package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.messplus.infer.config.BacklogPolicy;

/**
 * Section {@code backlog} of an SLA: what happens to requests that have to wait for a call.
 *
 * @param order which of them is called first
 * @param shedAfterMillis age from which on a request is not called any more, in milliseconds since
 *     it was sent; {@code null} for never
 */
public record BacklogSection(Order order, Long shedAfterMillis) {

    /** What a file without the section means. */
    static final BacklogSection DEFAULT = new BacklogSection(null, null);

    public BacklogSection {
        order = Defaults.or(order, Order.OLDEST_FIRST);
    }

    /** {@link BacklogPolicy.Order}, as the file spells it. */
    public enum Order {
        @JsonProperty("oldest_first")
        OLDEST_FIRST,
        @JsonProperty("newest_first")
        NEWEST_FIRST
    }

    /** The policy. */
    public BacklogPolicy policy() {
        return new BacklogPolicy(
                BacklogPolicy.Order.valueOf(order.name()), Defaults.or(shedAfterMillis, 0L));
    }
}
