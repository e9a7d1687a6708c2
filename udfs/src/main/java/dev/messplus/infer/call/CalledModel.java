package dev.messplus.infer.call;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.openai.ChatClient;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What all calls of one model share.
 *
 * @param endpoint the model
 * @param config deadline and retries
 * @param client sends the attempts
 * @param executor runs what builds and sends them: a thread waits while a host name is resolved
 * @param meter measures the energy of the attempts
 * @param deadlines ends calls and pauses
 * @param retries decides on further attempts
 * @param latency decides whether the server is to blame for no answer
 * @param coldStart decides which calls wait for the model to load
 * @param statistics counts the calls
 * @param spans begins the span of a call
 */
@RecordBuilder
public record CalledModel(
        ModelEndpoint endpoint,
        InferenceConfig config,
        ChatClient client,
        ExecutorService executor,
        EnergyMeter meter,
        Deadlines deadlines,
        RetryPolicy retries,
        ModelLatency latency,
        ColdStart coldStart,
        ModelStatistics statistics,
        CallSpans spans) {

    /** Id of the model. */
    public String id() {
        return endpoint.id();
    }

    /** An attempt was answered after {@code nanos}. */
    void answeredAfter(long nanos) {
        latency.answered(nanos);
        statistics.callMillis.update(TimeUnit.NANOSECONDS.toMillis(nanos));
        coldStart.answered();
    }
}
