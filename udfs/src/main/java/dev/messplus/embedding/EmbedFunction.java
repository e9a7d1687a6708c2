package dev.messplus.embedding;

import dev.messplus.embedding.model.Embedder;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.PromptRequest;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.function.SerializableSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives prompts their {@link PromptFeatures}; every subtask has an embedder of its own. */
public final class EmbedFunction extends RichMapFunction<PromptRequest, EmbeddedRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbedFunction.class);

    private final SerializableSupplier<Embedder> embedder;

    private transient PromptFeatures features;
    private transient Counter failures;

    /**
     * A function that embeds with {@code model}.
     *
     * @param model as {@link Embedders#open} understands it
     */
    public EmbedFunction(String model) {
        this(() -> Embedders.open(model));
    }

    /** A function that embeds with what {@code embedder} opens. */
    EmbedFunction(SerializableSupplier<Embedder> embedder) {
        this.embedder = embedder;
    }

    @Override
    public void open(OpenContext context) {
        features = new PromptFeatures(embedder.get());
        failures = getRuntimeContext().getMetricGroup().counter("embeddingFailures");
    }

    @Override
    public EmbeddedRequest map(PromptRequest request) {
        String text = request.text();
        float[] known = features.orSurface(text, e -> failed(text, e));
        return EmbeddedRequest.of(request, known, PromptTokens.estimate(text));
    }

    private void failed(String text, RuntimeException e) {
        failures.inc();
        LOG.warn("A prompt of {} characters could not be embedded", text.length(), e);
    }

    // Runs even if open() did not.
    @Override
    public void close() {
        if (features != null) {
            features.close();
        }
    }
}
