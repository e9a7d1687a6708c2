package dev.messplus.embedding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.List;

/** The tokens of one sentence in, its unit vector out; a batch of one, without padding. */
final class SentenceTranslator implements NoBatchifyTranslator<Encoding, float[]> {

    /** The output that already is what we want, in models that have several. */
    private static final String SENTENCE_EMBEDDING = "sentence_embedding";

    private final List<String> inputNames;
    private final Pooling pooling;

    SentenceTranslator(List<String> inputNames, Pooling pooling) {
        this.inputNames = inputNames;
        this.pooling = pooling;
    }

    @Override
    public NDList processInput(TranslatorContext context, Encoding tokens) {
        var inputs = new NDList(inputNames.size());
        for (String name : inputNames) {
            inputs.add(row(context.getNDManager(), name, tokens));
        }
        return inputs;
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
        var output = outputs.get(0);
        for (NDArray candidate : outputs) {
            if (SENTENCE_EMBEDDING.equals(candidate.getName())) {
                output = candidate;
            }
        }
        var shape = output.getShape();
        var values = output.toFloatArray();
        return UnitVectors.normalise(
                switch (shape.dimension()) {
                    case 2 -> values;
                    case 3 -> pooling.pool(values, (int) shape.get(2));
                    default ->
                            throw new IllegalArgumentException(
                                    "output %s has shape %s, expected token embeddings (batch, tokens, dimensions) or a sentence embedding (batch, dimensions)"
                                            .formatted(output.getName(), shape));
                });
    }

    private static NDArray row(NDManager manager, String inputName, Encoding tokens) {
        var values =
                switch (inputName) {
                    case "input_ids" -> tokens.getIds();
                    case "attention_mask" -> tokens.getAttentionMask();
                    case "token_type_ids" -> tokens.getTypeIds();
                    default ->
                            throw new IllegalArgumentException(
                                    "input %s is none of input_ids, attention_mask and token_type_ids; export the model with Optimum for feature-extraction"
                                            .formatted(inputName));
                };
        var row = manager.create(values, new Shape(1, values.length));
        row.setName(inputName);
        return row;
    }
}
