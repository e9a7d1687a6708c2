package dev.messplus.embedding.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import dev.messplus.embedding.model.Embedder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A sentence model on DJL and ONNX Runtime.
 *
 * <p>Prompts are embedded one at a time by {@link #embed}. So the vector of a prompt is the same to
 * the bit whatever came with it (in an int8 model, a batch shares the scale of its activations),
 * and nothing is spent on padding.
 *
 * <p>The native libraries stay loaded until the JVM ends, and with them the class loader of this
 * class. On a cluster, jobs therefore share one, by {@link dev.messplus.embedding.Embedders}.
 * Nothing is ever downloaded.
 */
public final class OnnxEmbedder implements Embedder, Function<String, float[]> {

    private static final String ENGINE = "OnnxRuntime";

    /**
     * A text is cut to this many characters for each token of context before the tokenizer sees it,
     * to bound the time that an absurdly long prompt takes. English has about 5.
     */
    private static final int MAX_CHARS_PER_TOKEN = 64;

    static {
        // Without these, DJL looks for GPU builds on the network, and gives every tensor a twin in
        // a second engine, for operations that we do not use.
        setUnlessSet("ai.djl.offline", "true");
        setUnlessSet("RUST_FLAVOR", "cpu");
        setUnlessSet("ai.djl.onnx.disable_alternative", "true");
    }

    private final Model model;
    private final HuggingFaceTokenizer tokenizer;
    private final Predictor<Encoding[], float[][]> predictor;
    private final int maxChars;
    private final int dimensions;
    private boolean closed;

    private OnnxEmbedder(
            Model model, HuggingFaceTokenizer tokenizer, Pooling pooling, int maxTokens)
            throws TranslateException {
        this.model = model;
        this.tokenizer = tokenizer;
        predictor =
                model.newPredictor(new SentenceTranslator(model.describeInput().keys(), pooling));
        maxChars = maxTokens * MAX_CHARS_PER_TOKEN;
        dimensions = predictor.predict(new Encoding[] {tokenizer.encode("probe")})[0].length;
    }

    /**
     * Opens all-MiniLM-L6-v2 in int8: 384 dimensions, 256 tokens of context.
     *
     * @param intraOpNumThreads threads that share one embedding; 1 keeps the work on the caller's
     * @throws IllegalStateException if the Maven artifact with the model is not on the class path
     */
    public static OnnxEmbedder miniLm(int intraOpNumThreads) {
        return fromClassPath(
                "all-minilm-l6-v2-q.onnx",
                "all-minilm-l6-v2-q-tokenizer.json",
                Pooling.MEAN,
                256,
                intraOpNumThreads);
    }

    /**
     * Opens a model out of resources on this class's class path.
     *
     * @param modelResource the ONNX file, with its weights inside
     * @param tokenizerResource the tokenizer.json of Hugging Face
     * @param maxTokens the model's context, special tokens included
     * @param intraOpNumThreads threads that share one embedding; 1 keeps the work on the caller's
     * @throws IllegalStateException if a resource is not on the class path
     * @throws IllegalArgumentException if the resources are not a sentence model
     */
    public static OnnxEmbedder fromClassPath(
            String modelResource,
            String tokenizerResource,
            Pooling pooling,
            int maxTokens,
            int intraOpNumThreads) {
        return open(
                modelResource,
                model -> {
                    try (var weights = resource(modelResource)) {
                        model.load(weights, sessionOptions(intraOpNumThreads));
                    }
                    Files.deleteIfExists(model.getModelPath()); // an empty folder of DJL's
                },
                () -> resource(tokenizerResource),
                pooling,
                maxTokens);
    }

    /**
     * Opens a model out of a folder as Hugging Face and sentence-transformers lay it out:
     *
     * <ul>
     *   <li>{@code model.onnx} or {@code onnx/model.onnx}, with int64 inputs {@code input_ids},
     *       {@code attention_mask} and perhaps {@code token_type_ids}; it returns token embeddings
     *       (batch, tokens, dimensions) or a sentence embedding (batch, dimensions);
     *   <li>{@code tokenizer.json};
     *   <li>{@code 1_Pooling/config.json} if the pooling is not the mean;
     *   <li>{@code sentence_bert_config.json} if the context ({@code max_seq_length}) is not 512.
     * </ul>
     *
     * @param intraOpNumThreads threads that share one embedding; 1 keeps the work on the caller's
     * @throws IllegalArgumentException if something is missing from the folder or cannot be used;
     *     the message says what and where to get it
     */
    public static OnnxEmbedder fromFolder(Path folder, int intraOpNumThreads) {
        var files = SentenceModelFolder.read(folder);
        return open(
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

    /** Loads the native libraries, if they are not loaded yet, and returns their engine. */
    static Engine loadLibraries() {
        LibUtils.checkStatus();
        return Engine.getEngine(ENGINE);
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public float[] embed(String text) {
        return embedTogether(List.of(text))[0];
    }

    /** The same as {@link #embed}. */
    @Override
    public float[] apply(String text) {
        return embed(text);
    }

    /**
     * Embeds some texts in one pass, which reads the weights once: faster for short texts of about
     * the same length. Shorter texts are padded to the longest, and in an int8 model the vectors
     * depend a little on the company that they are in.
     *
     * @param texts at least one
     * @return a fresh vector for each text, in order, each as {@link #embed} says
     */
    public float[][] embedTogether(List<String> texts) {
        var sentences = new Encoding[texts.size()];
        for (int i = 0; i < sentences.length; i++) {
            sentences[i] = tokenizer.encode(cut(texts.get(i)));
        }
        try {
            var vectors = predictor.predict(sentences);
            for (int i = 0; i < sentences.length; i++) {
                if (isEmpty(sentences[i])) {
                    vectors[i] = new float[dimensions];
                }
            }
            return vectors;
        } catch (TranslateException e) {
            throw new IllegalStateException("The embedding model failed on a prompt", e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            model.close(); // everything native hangs on the model
        }
    }

    private static OnnxEmbedder open(
            String name,
            ModelLoader loader,
            TokenizerSource tokenizerSource,
            Pooling pooling,
            int maxTokens) {
        var model = Model.newInstance(name, Device.cpu(), ENGINE);
        try (var json = tokenizerSource.open()) {
            loader.loadInto(model);
            var tokenizer =
                    HuggingFaceTokenizer.newInstance(
                            json,
                            Map.of(
                                    "padding",
                                    "false",
                                    "truncation",
                                    "true",
                                    "maxLength",
                                    Integer.toString(maxTokens),
                                    "modelMaxLength",
                                    Integer.toString(maxTokens)));
            model.getNDManager().attachInternal(tokenizer.getUid(), tokenizer);
            return new OnnxEmbedder(model, tokenizer, pooling, maxTokens);
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException("Cannot read the embedding model " + name, e);
        } catch (MissingResourceException e) {
            model.close();
            throw e;
        } catch (MalformedModelException | TranslateException | RuntimeException e) {
            model.close();
            throw new IllegalArgumentException(
                    "Cannot use the embedding model %s: %s".formatted(name, rootMessage(e)), e);
        }
    }

    private static InputStream resource(String name) {
        var stream = OnnxEmbedder.class.getClassLoader().getResourceAsStream(name);
        if (stream == null) {
            throw new MissingResourceException(name);
        }
        return stream;
    }

    private static Map<String, String> sessionOptions(int intraOpNumThreads) {
        return Map.of("intraOpNumThreads", Integer.toString(intraOpNumThreads));
    }

    private String cut(String text) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
        return text.substring(0, end);
    }

    /** Whether there is nothing but the special tokens around a sentence. */
    private static boolean isEmpty(Encoding tokens) {
        for (long special : tokens.getSpecialTokenMask()) {
            if (special == 0) {
                return false;
            }
        }
        return true;
    }

    private static String rootMessage(Throwable e) {
        while (e.getCause() != null) {
            e = e.getCause();
        }
        return e.getMessage();
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private interface ModelLoader {
        void loadInto(Model model) throws IOException, MalformedModelException;
    }

    private interface TokenizerSource {
        InputStream open() throws IOException;
    }

    private static final class MissingResourceException extends IllegalStateException {
        MissingResourceException(String resource) {
            super(
                    "The class path has no %s: add the Maven artifact dev.langchain4j:langchain4j-embeddings-* that holds it"
                            .formatted(resource));
        }
    }
}
