package dev.messplus.local.zoo;

import dev.messplus.embedding.onnx.OnnxEmbedder;
import dev.messplus.embedding.onnx.Pooling;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The models of the local zoo, which all fit into a laptop and need no download. */
public final class ZooModels {

    /** Character trigrams: finds what looks alike, in microseconds. */
    public static final String TRIGRAM = "trigram";

    /**
     * MiniLM in int8: finds what is related in meaning, in a few milliseconds. Gets the bare words.
     */
    public static final String MINI_LM = "minilm";

    /**
     * bge-small in fp32, MiniLM and trigrams, who vote: the best of the three, at some seven times
     * the cost of MiniLM. bge-small alone is no clear step above MiniLM on these questions.
     */
    public static final String ENSEMBLE = "ensemble";

    private ZooModels() {}

    /** How to open each model, by id, from the cheapest to the dearest. */
    public static Map<String, Supplier<ZooModel>> all() {
        var models = new LinkedHashMap<String, Supplier<ZooModel>>();
        models.put(TRIGRAM, TrigramModel::new);
        models.put(MINI_LM, ZooModels::miniLm);
        models.put(ENSEMBLE, ZooModels::ensemble);
        return Collections.unmodifiableMap(models);
    }

    private static ZooModel miniLm() {
        return new EmbeddingModel(List.of(OnnxEmbedder.miniLm(1)), "%s", 0);
    }

    private static ZooModel ensemble() {
        var bge =
                OnnxEmbedder.fromClassPath(
                        "bge-small-en-v1.5.onnx",
                        "bge-small-en-v1.5-tokenizer.json",
                        Pooling.CLS,
                        512,
                        1);
        return new EmbeddingModel(List.of(bge, OnnxEmbedder.miniLm(1)), "synonym of %s", 0.2);
    }
}
