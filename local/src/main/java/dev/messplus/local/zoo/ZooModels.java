package dev.messplus.local.zoo;

import dev.messplus.embedding.onnx.OnnxEmbedder;
import dev.messplus.embedding.onnx.Pooling;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The models of the built-in zoo. They fit on a laptop and need no download. */
public final class ZooModels {

    /** Character trigrams: finds similar spellings, in microseconds. */
    public static final String TRIGRAM = "trigram";

    /** MiniLM in int8 on the bare words: finds related meanings, in a few milliseconds. */
    public static final String MINI_LM = "minilm";

    /**
     * The votes of bge-small in fp32, MiniLM and trigrams: the most accurate model, at about seven
     * times the cost of MiniLM. bge-small alone is hardly better than MiniLM on these questions.
     */
    public static final String ENSEMBLE = "ensemble";

    private ZooModels() {}

    /** How to open each model, by id, from the cheapest to the most expensive. */
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
