package dev.messplus.job.config;

/**
 * Section {@code embedding}: what turns prompts into features.
 *
 * @param model name of a built-in model, or the path of a folder with an ONNX sentence model
 */
public record EmbeddingSection(String model) {

    public EmbeddingSection {
        model = Defaults.or(model, Defaults.EMBEDDING_MODEL);
    }
}
