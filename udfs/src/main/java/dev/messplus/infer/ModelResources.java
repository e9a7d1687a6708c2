package dev.messplus.infer;

import dev.messplus.energy.EnergyMeter;
import io.github.resilience4j.core.IntervalFunction;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What all calls to one model share.
 *
 * @param endpoint the model
 * @param client sends the calls
 * @param gate permits the calls
 * @param latency tells whether the server is to blame for a call without an answer
 * @param coldStart tells which calls wait for the model to load
 * @param meter measures the energy of the calls
 * @param statistics counts the calls
 * @param config deadline and retries
 * @param backoff pause in milliseconds before an attempt, by its number from 1
 * @param executor runs what builds and sends requests
 * @param timer runs what ends deadlines and pauses
 * @param spans begins the span of a call
 */
@RecordBuilder
record ModelResources(
        ModelEndpoint endpoint,
        ChatClient client,
        ModelGate gate,
        ModelLatency latency,
        ColdStart coldStart,
        EnergyMeter meter,
        ModelStatistics statistics,
        InferenceConfig config,
        IntervalFunction backoff,
        ExecutorService executor,
        ScheduledExecutorService timer,
        CallSpans spans) {

    String id() {
        return endpoint.id();
    }

    /** An attempt was answered after {@code nanos}. */
    void answeredAfter(long nanos) {
        latency.answered(nanos);
        statistics.callMillis.update(TimeUnit.NANOSECONDS.toMillis(nanos));
        coldStart.answered();
    }
}
