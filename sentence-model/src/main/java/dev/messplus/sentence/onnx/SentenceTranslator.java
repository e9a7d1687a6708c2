package dev.messplus.sentence.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import dev.messplus.embed.model.UnitVectors;
import java.util.Arrays;
import java.util.List;

/** Translates the tokens of some sentences to their unit vectors, in one pass of the model. */
final class SentenceTranslator implements NoBatchifyTranslator<Tokens[], float[][]> {

    /** Name of the output to use if the model has several. */
    private static final String SENTENCE_EMBEDDING = "sentence_embedding";

    private static final String SENTENCES = "sentences";

    private final List<String> inputNames;
    private final Pooling pooling;

    SentenceTranslator(List<String> inputNames, Pooling pooling) {
        this.inputNames = inputNames;
        this.pooling = pooling;
    }

    @Override
    public NDList processInput(TranslatorContext context, Tokens[] sentences) {
        context.setAttachment(SENTENCES, sentences);
        var inputs = new NDList(inputNames.size());
        for (String name : inputNames) {
            inputs.add(input(context.getNDManager(), name, sentences));
        }
        return inputs;
    }

    @Override
    public float[][] processOutput(TranslatorContext context, NDList outputs) {
        var sentences = (Tokens[]) context.getAttachment(SENTENCES);
        var output = sentenceEmbedding(outputs);
        var shape = output.getShape();
        if (shape.dimension() != 2 && shape.dimension() != 3) {
            throw new IllegalArgumentException(
                    "output %s has shape %s, must be token embeddings (batch, tokens, dimensions) or sentence embeddings (batch, dimensions)"
                            .formatted(output.getName(), shape));
        }
        int dimensions = (int) shape.get(shape.dimension() - 1);
        int row = (int) (shape.size() / sentences.length);
        var values = output.toFloatArray();
        var vectors = new float[sentences.length][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] =
                    UnitVectors.normalise(
                            shape.dimension() == 2
                                    ? Arrays.copyOfRange(values, i * row, (i + 1) * row)
                                    : pooling.pool(
                                            values,
                                            i * row,
                                            sentences[i].ids().length,
                                            dimensions));
        }
        return vectors;
    }

    private static NDArray sentenceEmbedding(NDList outputs) {
        for (NDArray output : outputs) {
            if (SENTENCE_EMBEDDING.equals(output.getName())) {
                return output;
            }
        }
        return outputs.get(0);
    }

    /** One input with a row per sentence; zeros pad short rows and mask their padding. */
    private static NDArray input(NDManager manager, String name, Tokens[] sentences) {
        int width = 0;
        for (Tokens sentence : sentences) {
            width = Math.max(width, sentence.ids().length);
        }
        var values = new long[sentences.length * width];
        for (int i = 0; i < sentences.length; i++) {
            var row = row(name, sentences[i]);
            System.arraycopy(row, 0, values, i * width, row.length);
        }
        var input = manager.create(values, new Shape(sentences.length, width));
        input.setName(name);
        return input;
    }

    private static long[] row(String inputName, Tokens sentence) {
        return switch (inputName) {
            case "input_ids" -> sentence.ids();
            case "attention_mask" -> sentence.attentionMask();
            case "token_type_ids" -> sentence.typeIds();
            default ->
                    throw new IllegalArgumentException(
                            "input %s must be one of input_ids, attention_mask and token_type_ids; export the model with Optimum for feature-extraction"
                                    .formatted(inputName));
        };
    }
}
