package dev.messplus.embedding;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.PromptRequest;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Embeds prompts; every subtask has an embedder of its own. */
public final class EmbedFunction extends RichMapFunction<PromptRequest, EmbeddedRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbedFunction.class);

    private final String model;

    private transient Embedder embedder;
    private transient Counter failures;

    /**
     * A function that embeds with {@code model}.
     *
     * @param model as {@link Embedders#open} understands it
     */
    public EmbedFunction(String model) {
        this.model = model;
    }

    @Override
    public void open(OpenContext context) {
        embedder = Embedders.open(model);
        failures = getRuntimeContext().getMetricGroup().counter("embeddingFailures");
    }

    @Override
    public EmbeddedRequest map(PromptRequest request) {
        String text = request.text();
        return EmbeddedRequest.of(request, embed(text), PromptTokens.estimate(text));
    }

    /** A prompt that cannot be embedded is routed by what is known of the models alone. */
    private float[] embed(String text) {
        try {
            return embedder.embed(text);
        } catch (RuntimeException e) {
            failures.inc();
            LOG.warn("A prompt of {} characters could not be embedded", text.length(), e);
            return new float[embedder.dimensions()];
        }
    }

    // Runs even if open() did not.
    @Override
    public void close() {
        if (embedder != null) {
            embedder.close();
        }
    }
}
