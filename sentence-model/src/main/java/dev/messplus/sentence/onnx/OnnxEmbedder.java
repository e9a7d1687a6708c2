package dev.messplus.sentence.onnx;

import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import dev.messplus.embed.model.Embedder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A sentence model on DJL and ONNX Runtime.
 *
 * <p>{@link #embed} runs the model on one prompt at a time. The vector of a prompt therefore does
 * not depend on other prompts (in an int8 model, a batch shares the scale of its activations), and
 * no time is spent on padding.
 *
 * <p>The native libraries stay loaded until the JVM ends, and so does the class loader of this
 * class. On a cluster, all jobs of a TaskManager therefore share one class loader, see {@code
 * SharedOnnx}. Nothing is ever downloaded.
 */
public final class OnnxEmbedder implements Embedder, Function<String, float[]> {

    /**
     * A text is cut to this many characters per token of context before it is tokenized, to bound
     * the time that an extremely long prompt takes. English has about 5.
     */
    private static final int MAX_CHARS_PER_TOKEN = 64;

    static {
        // Without these, DJL searches the network for GPU builds, and creates every tensor a second
        // time in another engine, for operations that are not used here.
        setDefault("ai.djl.offline", "true");
        setDefault("RUST_FLAVOR", "cpu");
        setDefault("ai.djl.onnx.disable_alternative", "true");
    }

    private final SentenceModel model;
    private final HuggingFaceTokenizer tokenizer;
    private final Predictor<Tokens[], float[][]> predictor;
    private final int maxChars;
    private final int dimensions;

    private final AtomicInteger users;

    private boolean closed;

    private OnnxEmbedder(SentenceModel model, AtomicInteger users) {
        this.model = model;
        this.users = users;
        tokenizer = model.tokenizer();
        var inputNames = model.model().describeInput().keys();
        predictor = model.model().newPredictor(new SentenceTranslator(inputNames, model.pooling()));
        maxChars = model.maxTokens() * MAX_CHARS_PER_TOKEN;
        dimensions = run(Tokens.of(tokenizer.encode("probe")))[0].length;
    }

    /**
     * Opens all-MiniLM-L6-v2 in int8: 384 dimensions, 256 tokens of context.
     *
     * @param intraOpNumThreads threads that compute one embedding, at least 1; 1 is the calling
     *     thread
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
     * Opens a model from resources on the class path of this class.
     *
     * @param modelResource ONNX file with the weights inside
     * @param tokenizerResource the tokenizer.json of Hugging Face
     * @param pooling how the model was trained to pool
     * @param maxTokens the model's context in tokens, including special tokens
     * @param intraOpNumThreads threads that compute one embedding, at least 1; 1 is the calling
     *     thread
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
                SentenceModel.fromClassPath(
                        modelResource, tokenizerResource, pooling, maxTokens, intraOpNumThreads));
    }

    /**
     * Opens a model from a folder with the layout of Hugging Face and sentence-transformers:
     *
     * <ul>
     *   <li>{@code model.onnx} or {@code onnx/model.onnx}, with int64 inputs {@code input_ids},
     *       {@code attention_mask} and optionally {@code token_type_ids}. It returns token
     *       embeddings (batch, tokens, dimensions) or a sentence embedding (batch, dimensions)
     *   <li>{@code tokenizer.json}
     *   <li>{@code 1_Pooling/config.json}, unless the pooling is the mean
     *   <li>{@code sentence_bert_config.json}, unless the context ({@code max_seq_length}) is 512
     * </ul>
     *
     * @param intraOpNumThreads threads that compute one embedding, at least 1; 1 is the calling
     *     thread
     * @throws IllegalArgumentException if a file is missing or cannot be used; the message names
     *     the file and where to get it
     */
    public static OnnxEmbedder fromFolder(Path folder, int intraOpNumThreads) {
        return open(SentenceModel.fromFolder(folder, intraOpNumThreads));
    }

    private static OnnxEmbedder open(SentenceModel model) {
        try {
            return new OnnxEmbedder(model, new AtomicInteger(1));
        } catch (RuntimeException e) {
            model.close();
            throw model.unusable(e);
        }
    }

    /**
     * Another embedder with the same model, for another thread. The model is in memory once, until
     * all its embedders are closed.
     *
     * @throws IllegalStateException if this embedder is closed
     */
    public OnnxEmbedder share() {
        if (closed) {
            throw new IllegalStateException("The embedder is closed");
        }
        var other = new OnnxEmbedder(model, users);
        users.incrementAndGet();
        return other;
    }

    /** Whether this embedder is closed. */
    public boolean isClosed() {
        return closed;
    }

    /** Loads the native libraries, unless they are loaded already, and returns their engine. */
    static Engine loadLibraries() {
        LibUtils.checkStatus();
        return Engine.getEngine(SentenceModel.ENGINE);
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
     * Embeds several texts in one pass, which reads the weights once: faster than {@link #embed}
     * for short texts of similar length. Shorter texts are padded to the longest, and in an int8
     * model the vectors depend slightly on the other texts.
     *
     * @param texts at least one
     * @return a new vector for each text, in order, each as {@link #embed} returns it
     */
    public float[][] embedTogether(List<String> texts) {
        var encodings = new Encoding[texts.size()];
        var sentences = new Tokens[texts.size()];
        for (int i = 0; i < sentences.length; i++) {
            encodings[i] = tokenizer.encode(cut(texts.get(i)));
            sentences[i] = Tokens.of(encodings[i]);
        }
        float[][] vectors = run(sentences);
        for (int i = 0; i < sentences.length; i++) {
            if (isEmpty(encodings[i])) {
                vectors[i] = new float[dimensions];
            }
        }
        return vectors;
    }

    /**
     * Embeds sentences that are tokenized already, in one pass as {@link #embedTogether} does.
     *
     * @param sentences at least one; each has the ids of its tokens, special tokens included
     * @return a new vector of Euclidean length 1 for each sentence, in order
     */
    public float[][] embedTokens(long[][] sentences) {
        return run(Arrays.stream(sentences).map(Tokens::of).toArray(Tokens[]::new));
    }

    private float[][] run(Tokens... sentences) {
        try {
            return predictor.predict(sentences);
        } catch (TranslateException e) {
            throw new IllegalStateException("The embedding model failed on a prompt", e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (users.decrementAndGet() == 0) {
                model.close();
            }
        }
    }

    private String cut(String text) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
        return text.substring(0, end);
    }

    /** Whether there are no tokens but special ones. */
    private static boolean isEmpty(Encoding tokens) {
        for (long special : tokens.getSpecialTokenMask()) {
            if (special == 0) {
                return false;
            }
        }
        return true;
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
