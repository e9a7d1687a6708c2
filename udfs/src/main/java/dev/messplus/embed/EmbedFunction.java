package dev.messplus.embed;

import dev.messplus.embed.model.Embedder;
import dev.messplus.metrics.Histograms;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.PromptRequest;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.function.SerializableSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the {@link PromptFeatures} of requests, and addresses them to the SLA or shard that
 * decides them. Every subtask opens its own embedder.
 */
public final class EmbedFunction extends RichMapFunction<PromptRequest, EmbeddedRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbedFunction.class);

    private final SerializableSupplier<Embedder> embedder;
    private final KeySelector<PromptRequest, String> shard;

    private transient PromptFeatures features;
    private transient Counter failures;
    private transient Histogram micros;

    /**
     * A function that embeds with {@code model}.
     *
     * @param model a model as {@link Embedders#open} takes it
     * @param shard gives a request the key of the SLA or shard that decides it
     * @throws IllegalStateException as {@link Embedders#requireProvided} does: when the job is
     *     submitted, and not first in its tasks
     */
    public EmbedFunction(String model, KeySelector<PromptRequest, String> shard) {
        this(() -> Embedders.open(model), shard);
        Embedders.requireProvided(model);
    }

    /** A function that embeds with the embedder that {@code embedder} supplies. */
    EmbedFunction(
            SerializableSupplier<Embedder> embedder, KeySelector<PromptRequest, String> shard) {
        this.embedder = embedder;
        this.shard = shard;
    }

    @Override
    public void open(OpenContext context) {
        features = new PromptFeatures(embedder.get());
        MetricGroup group = getRuntimeContext().getMetricGroup();
        failures = JobMetric.EMBEDDING_FAILURES.counter(group);
        micros = JobMetric.EMBEDDING_MICROS.histogram(group, Histograms.recent());
    }

    @Override
    public EmbeddedRequest map(PromptRequest request) throws Exception {
        String text = request.text();
        long startNanos = System.nanoTime();
        float[] vector = features.orSurface(text, request.lastMessageStart(), e -> failed(text, e));
        micros.update(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNanos));
        return EmbeddedRequest.of(request.withoutText(), vector, request.promptLength())
                .withKey(shard.getKey(request));
    }

    private void failed(String text, RuntimeException e) {
        failures.inc();
        LOG.warn(
                "Cannot embed a prompt of {} characters; using its surface features alone",
                text.length(),
                e);
    }

    // Flink calls it even if open() did not run.
    @Override
    public void close() {
        if (features != null) {
            features.close();
        }
    }
}
