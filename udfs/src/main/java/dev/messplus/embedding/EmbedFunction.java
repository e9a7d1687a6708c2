package dev.messplus.embedding;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.PromptRequest;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Embeds prompts; every subtask has an embedder of its own. */
public final class EmbedFunction extends RichMapFunction<PromptRequest, EmbeddedRequest> {

    /** The usual rule of thumb for English; only ratios matter to the energy estimate. */
    private static final int CHARS_PER_TOKEN = 4;

    private final String model;

    private transient Embedder embedder;

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
    }

    @Override
    public EmbeddedRequest map(PromptRequest request) {
        String text = request.text();
        return EmbeddedRequest.of(
                request, embedder.embed(text), 1 + text.length() / CHARS_PER_TOKEN);
    }

    // Runs even if open() did not.
    @Override
    public void close() {
        if (embedder != null) {
            embedder.close();
        }
    }
}
