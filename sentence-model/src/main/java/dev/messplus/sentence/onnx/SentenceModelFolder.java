package dev.messplus.sentence.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files and settings of a model in a folder with the layout of sentence-transformers.
 *
 * @param model the ONNX file
 * @param tokenizer the tokenizer.json
 * @param pooling how the model was trained to pool
 * @param maxTokens the model's context in tokens, including special tokens
 */
record SentenceModelFolder(Path model, Path tokenizer, Pooling pooling, int maxTokens) {

    private static final String POOLING = "1_Pooling/config.json";
    private static final String CONTEXT = "sentence_bert_config.json";
    private static final int DEFAULT_MAX_TOKENS = 512;

    /**
     * Reads a folder.
     *
     * @throws IllegalArgumentException if the model or its tokenizer is missing, or the pooling is
     *     not supported
     */
    static SentenceModelFolder read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "No folder %s: create it with model.onnx and tokenizer.json".formatted(folder));
        }
        var model = folder.resolve("model.onnx");
        if (!Files.isRegularFile(model)) {
            model = folder.resolve("onnx").resolve("model.onnx");
        }
        if (!Files.isRegularFile(model)) {
            throw new IllegalArgumentException(
                    "No model.onnx in %s: export the model with 'optimum-cli export onnx --task feature-extraction', or copy the file from the onnx folder of its Hugging Face repository"
                            .formatted(folder));
        }
        var tokenizer = folder.resolve("tokenizer.json");
        if (!Files.isRegularFile(tokenizer)) {
            throw new IllegalArgumentException(
                    "No tokenizer.json in %s: copy it from the Hugging Face repository of the model (vocab.txt is not enough)"
                            .formatted(folder));
        }
        return new SentenceModelFolder(model, tokenizer, pooling(folder), maxTokens(folder));
    }

    private static Pooling pooling(Path folder) {
        var config = json(folder.resolve(POOLING));
        if (config.isMissingNode()
                || config.path("pooling_mode_mean_tokens").asBoolean()
                || config.path("pooling_mode").asText().equals("mean")) {
            return Pooling.MEAN;
        }
        if (config.path("pooling_mode_cls_token").asBoolean()
                || config.path("pooling_mode").asText().equals("cls")) {
            return Pooling.CLS;
        }
        throw new IllegalArgumentException(
                "%s/%s sets a pooling other than mean and cls: choose another model"
                        .formatted(folder, POOLING));
    }

    private static int maxTokens(Path folder) {
        int maxTokens = json(folder.resolve(CONTEXT)).path("max_seq_length").asInt(0);
        return maxTokens > 0 ? maxTokens : DEFAULT_MAX_TOKENS;
    }

    /** The content of a JSON file; a missing node if there is no such file. */
    private static JsonNode json(Path file) {
        if (!Files.isRegularFile(file)) {
            return new ObjectMapper().missingNode();
        }
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
