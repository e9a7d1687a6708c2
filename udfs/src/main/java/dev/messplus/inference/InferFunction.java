package dev.messplus.inference;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Asks the models that routing chose and emits exactly one outcome per request, even if no model
 * answers. A request never fails the job.
 *
 * <pre>{@code
 * AsyncDataStream.unorderedWait(
 *         routed,
 *         new InferFunction(zoo, config, scorer),
 *         config.operatorTimeoutMillis(),
 *         TimeUnit.MILLISECONDS,
 *         capacity);
 * }</pre>
 *
 * <p>The function retries and times out by itself; the operator must not retry. Flink checkpoints
 * requests in flight and calls the function again after a restore, so a request may have one
 * outcome per restore, all with the same id.
 */
public final class InferFunction extends RichAsyncFunction<RoutedRequest, InferenceOutcome> {

    private final List<ModelEndpoint> endpoints;
    private final InferenceConfig config;
    private final Scorer scorer;

    private transient ModelZoo zoo;
    private transient Inference inference;
    private transient InferenceMetrics metrics;

    /**
     * A function over a zoo.
     *
     * @param endpoints the models, with unique ids
     * @param scorer scores answers; returns {@code NaN} for requests without a reference
     * @throws IllegalArgumentException if two models have the same id
     */
    public InferFunction(List<ModelEndpoint> endpoints, InferenceConfig config, Scorer scorer) {
        Set<String> ids = new HashSet<>();
        for (ModelEndpoint endpoint : endpoints) {
            if (!ids.add(endpoint.id())) {
                throw new IllegalArgumentException(
                        "zoo: two models have the id '" + endpoint.id() + "'; ids must be unique");
            }
        }
        this.endpoints = List.copyOf(endpoints);
        this.config = config;
        this.scorer = scorer;
    }

    /**
     * Opens the models.
     *
     * @throws SuppressRestartsException if an energy source or trust store of the configuration
     *     cannot be read: a restart would not help
     */
    @Override
    public void open(OpenContext context) {
        boolean restarted = getRuntimeContext().getTaskInfo().getAttemptNumber() > 0;
        try {
            zoo = ModelZoo.open(endpoints, config, restarted);
        } catch (EnergyUnavailableException | IOException | RuntimeException e) {
            throw new SuppressRestartsException(e);
        }
        inference = new Inference(zoo, config.requestTimeoutMillis(), scorer);
        metrics = new InferenceMetrics(getRuntimeContext().getMetricGroup(), zoo);
    }

    @Override
    public void asyncInvoke(RoutedRequest routed, ResultFuture<InferenceOutcome> result) {
        metrics.addDevices();
        try {
            CompletableFuture<Void> unused =
                    inference
                            .infer(routed)
                            .exceptionally(failure -> lost(routed, failure))
                            .thenAccept(outcome -> result.complete(List.of(outcome)));
        } catch (RuntimeException e) {
            result.complete(List.of(lost(routed, e)));
        }
    }

    /** A safety net: the deadline of the calls comes first. */
    @Override
    public void timeout(RoutedRequest routed, ResultFuture<InferenceOutcome> result) {
        long millis = config.operatorTimeoutMillis();
        String what = "gave no answer within " + millis + " ms";
        result.complete(List.of(Outcomes.lost(routed, what, millis)));
    }

    @Override
    public void close() {
        if (zoo != null) {
            zoo.close();
            zoo = null;
        }
    }

    private static InferenceOutcome lost(RoutedRequest routed, Throwable failure) {
        return Outcomes.lost(routed, "failed unexpectedly: " + failure, 0);
    }
}
