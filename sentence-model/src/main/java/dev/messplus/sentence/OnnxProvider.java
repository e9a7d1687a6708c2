package dev.messplus.sentence;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.SentenceModelProvider;

/** Opens sentence models on ONNX Runtime, which all jobs of a JVM share. */
public final class OnnxProvider implements SentenceModelProvider {

    /** A provider that loads nothing yet. */
    public OnnxProvider() {}

    @Override
    public Embedder open(String model) {
        return new ForeignEmbedder(SharedOnnx.opener().apply(model));
    }
}
