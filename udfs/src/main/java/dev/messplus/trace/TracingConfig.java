package dev.messplus.trace;

import dev.messplus.energy.Check;
import java.io.Serializable;
import java.util.List;

/**
 * Where spans go, and how many of them.
 *
 * @param target where they go
 * @param sampledShare share of the traces that begin here whose spans are exported, in [0, 1]. A
 *     trace that a sender began is exported if the sender says so, whatever the share
 * @param serviceName {@code service.name} of the spans
 */
public record TracingConfig(SpanTarget target, double sampledShare, String serviceName)
        implements Serializable {

    public TracingConfig {
        Check.that(target != null, "target: must be set");
        Check.that(
                sampledShare >= 0 && sampledShare <= 1,
                "sampledShare: must be between 0 and 1, was " + sampledShare);
        Check.that(serviceName != null && !serviceName.isBlank(), "serviceName: must not be empty");
    }

    /**
     * What distinguishes it from others. It takes the place of {@link #equals}, because Java 17
     * keeps the last record class that was compared, and with it the class loader of a job that has
     * ended.
     */
    List<Object> key() {
        return List.of(target.key(), sampledShare, serviceName);
    }
}
