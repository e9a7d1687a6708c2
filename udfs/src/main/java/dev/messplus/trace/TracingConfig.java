package dev.messplus.trace;

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
        if (target == null) {
            throw new IllegalArgumentException("target: must be set");
        }
        if (!(sampledShare >= 0 && sampledShare <= 1)) {
            throw new IllegalArgumentException(
                    "sampledShare: must be between 0 and 1, was " + sampledShare);
        }
        if (serviceName == null || serviceName.isBlank()) {
            throw new IllegalArgumentException("serviceName: must not be empty");
        }
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
