package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code inference}: how model servers are called. */
public record InferenceSection(
        @Setting(
                        value =
                                "Requests that are called at a time, by the whole job: [Capacity](model-servers.md#capacity). With fewer, decisions know more about earlier requests.",
                        byDefault = "4096",
                        range = "[1, 10000000]")
                int maxInFlight,
        @Setting(
                        value =
                                "Bytes of requests and answers that `infer` may hold in a TaskManager. A larger request is called alone.",
                        otherwise = "a quarter of the heap",
                        range = "[1048576, 1099511627776]")
                Long maxInFlightBytes,
        @Setting(
                        value =
                                "Deadline of a request over all its calls, from when the first may begin. The request's own `timeout_ms` counts from when it was sent.",
                        byDefault = "60000",
                        range = "[1, 3600000]")
                long requestTimeoutMillis,
        @Setting(
                        value = "Calls to a model before the next best is called.",
                        byDefault = "3",
                        range = "[1, 20]")
                int maxAttempts,
        @Setting(
                        value =
                                "Longer answers are discarded. At most half of `max.request.size` in `kafka.properties` (default 1,048,576).",
                        byDefault = "524288",
                        range = "[1024, 268435456]")
                int maxResponseBytes,
        @Setting(
                        value =
                                "For how long a [connection](model-servers.md#connections) is kept after its last call: less than the time after which a balancer drops it.",
                        byDefault = "30000",
                        range = "[1, 3600000]")
                long keepAliveMillis,
        @Setting("When a model whose server fails is not called, and for how long.")
                BreakerSection breaker) {

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
