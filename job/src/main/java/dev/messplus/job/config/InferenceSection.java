package dev.messplus.job.config;

import dev.messplus.infer.config.BreakerConfig;
import dev.messplus.setting.Setting;

/** Section {@code inference}: how model servers are called. */
public record InferenceSection(
        @Setting(byDefault = "4096", range = "[1, 10000000]") int maxInFlight,
        @Setting(range = "[1048576, 1099511627776]") Long maxInFlightBytes,
        @Setting(byDefault = "60000", range = "[1, 3600000]") long requestTimeoutMillis,
        @Setting(byDefault = "3", range = "[1, 20]") int maxAttempts,
        @Setting(byDefault = "524288", range = "[1024, 268435456]") int maxResponseBytes,
        @Setting(byDefault = "30000", range = "[1, 3600000]") long keepAliveMillis,
        @Setting(byDefault = "300000", range = "[1000, 86400000]") long maxConnectionAgeMillis,
        @Setting("When a model whose server fails is not called, and for how long.")
                BreakerConfig breaker) {

    /**
     * Requests that one model may be called for at a time, by the whole job, unless it says so
     * itself: half of all, so that a model that hangs leaves the other half to others.
     *
     * @param models number of models in the zoo; a single one has all
     */
    public int maxInFlightOfModel(int models) {
        return models == 1 ? maxInFlight : Math.max(1, maxInFlight / 2);
    }
}
