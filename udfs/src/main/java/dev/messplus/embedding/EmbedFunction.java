package dev.messplus.embedding;

import dev.messplus.embedding.model.Embedder;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.PromptRequest;
import dev.messplus.routing.Shards;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
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
    private final Shards shards;

    private transient PromptFeatures features;
    private transient Counter failures;

    /**
     * A function that embeds with {@code model}.
     *
     * @param model a model as {@link Embedders#open} takes it
     * @param shards gives requests their keys
     */
    public EmbedFunction(String model, Shards shards) {
        this(() -> Embedders.open(model), shards);
    }

    /** A function that embeds with the embedder that {@code embedder} supplies. */
    EmbedFunction(SerializableSupplier<Embedder> embedder, Shards shards) {
        this.embedder = embedder;
        this.shards = shards;
    }

    @Override
    public void open(OpenContext context) {
        features = new PromptFeatures(embedder.get());
        failures = getRuntimeContext().getMetricGroup().counter("embeddingFailures");
    }

    @Override
    public EmbeddedRequest map(PromptRequest request) {
        String text = request.text();
        float[] vector = features.orSurface(text, e -> failed(text, e));
        return EmbeddedRequest.of(request, vector, PromptTokens.estimate(text))
                .withKey(shards.key(request.sla(), request.id()));
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
