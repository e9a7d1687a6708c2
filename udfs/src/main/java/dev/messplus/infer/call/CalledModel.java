package dev.messplus.infer.call;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.openai.Completion;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What all calls of one model share.
 *
 * @param endpoint the model
 * @param config deadline and retries
 * @param servers the servers of the model, at least one
 * @param meter measures the energy of the attempts
 * @param deadlines ends calls and pauses
 * @param retries decides on further attempts
 * @param latency decides how long an answer is waited for, and whether the server is to blame for
 *     none
 * @param statistics counts the calls
 * @param spans begins the span of a call
 */
@RecordBuilder
public record CalledModel(
        ModelEndpoint endpoint,
        InferenceConfig config,
        List<CalledServer> servers,
        EnergyMeter meter,
        Deadlines deadlines,
        RetryPolicy retries,
        ModelLatency latency,
        ModelStatistics statistics,
        CallSpans spans) {

    /** Id of the model. */
    public String id() {
        return endpoint.id();
    }

    /**
     * An attempt was answered after {@code nanos}.
     *
     * @param tokens of the answer; {@code NaN} if the server does not say
     */
    void answeredAfter(long nanos, double tokens, Completion answer) {
        latency.ended(true);
        latency.answered(nanos, tokens, answer.truncated());
        double workSeconds = answer.usage().workSeconds();
        statistics.callMillis.update(TimeUnit.NANOSECONDS.toMillis(nanos));
        if (!Double.isNaN(workSeconds)) {
            long queueNanos = nanos - Math.round(workSeconds * TimeUnit.SECONDS.toNanos(1));
            statistics.serverQueueMillis.update(
                    TimeUnit.NANOSECONDS.toMillis(Math.max(0, queueNanos)));
        }
    }
}
