package dev.messplus.embed.tokens;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.UnitVectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A static embedding: the sum of the vectors of a prompt's tokens, scaled to length 1. The vectors
 * are those of all-MiniLM-L6-v2, distilled when this project was built ({@code Distiller}) as by
 * Model2Vec (Tulkens and van Dongen, 2024).
 *
 * <p>It sees words and their meaning, but not their order. It takes some microseconds a prompt, and
 * no native code.
 */
public final class StaticEmbedder implements Embedder {

    /** Name of the table on the class path, beside this class. */
    public static final String RESOURCE = "all-MiniLM-L6-v2.tokens";

    /** Read when the first embedder is opened. */
    private static TokenVectors shared;

    private final TokenVectors vectors;
    private final WordPieceTokenizer tokenizer;

    /**
     * An embedder over the table of this class loader, which all its embedders share.
     *
     * @throws IllegalStateException if the build did not make the table
     */
    public StaticEmbedder() {
        this(shared());
    }

    /**
     * An embedder over some table.
     *
     * @throws IllegalArgumentException if its vocabulary lacks a special token of BERT
     */
    public StaticEmbedder(TokenVectors vectors) {
        this.vectors = vectors;
        tokenizer = new WordPieceTokenizer(vectors.vocabulary());
    }

    @Override
    public float[] embed(String text) {
        int count = tokenizer.tokenize(text);
        return UnitVectors.normalise(vectors.sum(tokenizer.ids(), count));
    }

    Vocabulary vocabulary() {
        return vectors.vocabulary();
    }

    private static synchronized TokenVectors shared() {
        if (shared == null) {
            shared = read();
        }
        return shared;
    }

    private static TokenVectors read() {
        try (InputStream in = StaticEmbedder.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The class path has no %s: add the artifact messplus-static-vectors, which Maven builds"
                                .formatted(RESOURCE));
            }
            return TokenVectors.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
    }
}
