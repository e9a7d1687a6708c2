package dev.messplus.replay.serving;

import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.InferenceConfigBuilder;
import dev.messplus.job.config.Defaults;
import dev.messplus.job.config.InferenceSection;
import dev.messplus.job.config.SlaSection;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * The product's settings in a simulated run.
 *
 * @param routing the promise and its rule; of one shard
 * @param inference how models are called
 * @param limits on the calls of every model
 * @param labelAfterMillis how long after its answer a score is known, in milliseconds; 0 if answers
 *     are scored when they come
 */
@RecordBuilder
public record MessSettings(
        SlaRouting routing, InferenceConfig inference, CallLimits limits, long labelAfterMillis) {

    /**
     * The defaults of mess.yaml, with answers that are scored when they come.
     *
     * @param alpha average score to reach, in [0, 1]
     * @param models number of models of the zoo
     * @param seed of the draws
     */
    public static MessSettings ofDefaults(double alpha, int models, long seed) {
        SlaSection sla = Defaults.section(SlaSection.class, Map.of("alpha", alpha, "seed", seed));
        InferenceSection inference = Defaults.section(InferenceSection.class, Map.of());
        return new MessSettings(
                new SlaRouting(sla.sla(), sla.rule(), 0),
                config(inference),
                new CallLimits(inference.maxInFlightOfModel(models), true, 0, 0),
                0);
    }

    private static InferenceConfig config(InferenceSection inference) {
        return InferenceConfigBuilder.builder()
                .maxInFlight(inference.maxInFlight())
                .requestTimeoutMillis(inference.requestTimeoutMillis())
                .keepAliveMillis(inference.keepAliveMillis())
                .maxAttempts(inference.maxAttempts())
                .maxResponseBytes(inference.maxResponseBytes())
                .breaker(inference.breaker())
                .build();
    }
}
