package dev.messplus.sentence.distill;

import dev.messplus.embed.PromptFeatures;
import dev.messplus.embed.tokens.TokenVectors;
import dev.messplus.embed.tokens.Vocabulary;
import dev.messplus.embed.tokens.WordPieceTokenizer;
import dev.messplus.sentence.onnx.OnnxEmbedder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Makes the table of {@link dev.messplus.embed.tokens.StaticEmbedder} when this project is built,
 * as Model2Vec does (Tulkens and van Dongen, 2024, github.com/MinishLab/model2vec):
 *
 * <ol>
 *   <li>all-MiniLM-L6-v2 embeds each token of its vocabulary alone, between [CLS] and [SEP];
 *   <li>of the {@link PrincipalComponents} of these vectors, {@value #DIMENSIONS} are kept;
 *   <li>each vector is multiplied by the logarithm of its token's rank. The vocabulary is more or
 *       less in the order of frequency, and by Zipf's law frequency falls with the rank, so this
 *       weighs rare tokens more, as the inverse document frequency does;
 *   <li>{@link TokenVectors} round to 8 bits.
 * </ol>
 *
 * <p>What all prompts have in common says nothing of a prompt, and would be most of a sum of its
 * tokens: the vectors of articles, commas and the like. Arora et al. (2017) remove it as the first
 * component of sentences. Here, vectors are relative to the mean over the tokens of {@link
 * PromptFeatures#kinds}, by their weights.
 *
 * <p>All batches have the same composition in every run, and none is padded, because the tokens of
 * a batch share the scale of their activations. The table is the same to the byte on one machine.
 * Processors with other vector instructions round differently in the last bits.
 */
public final class Distiller {

    /** Dimensions of the table; chosen by the energy that replays take. */
    static final int DIMENSIONS = 128;

    private static final int BATCH = 256;

    private static final int THREADS = 2;

    private final MiniLmVocabulary vocabulary;

    Distiller(MiniLmVocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /**
     * Makes the table, unless the file has it already.
     *
     * @param arguments the file to write
     * @throws IllegalStateException if the tokenizer of the model is not the one that is
     *     implemented
     */
    public static void main(String... arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        String origin = TableOrigin.fingerprint();
        if (isMadeFrom(origin, file)) {
            return;
        }
        var vocabulary = MiniLmVocabulary.read();
        double[][] vectors = new Distiller(vocabulary).distil();
        write(TokenVectors.of(origin, vocabulary.tokens(), vectors), file);
    }

    private static boolean isMadeFrom(String origin, Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return TokenVectors.read(in).origin().equals(origin);
        } catch (IOException e) {
            return false; // damaged, or of another format
        }
    }

    /** Replaces the file atomically: an interrupted build leaves none, or the one before. */
    private static void write(TokenVectors table, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".writing");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
                table.write(out);
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The vectors of all tokens, in the order of their ids; zeros for tokens that no text has. */
    private double[][] distil() {
        List<Integer> used = vocabulary.used();
        float[][] embedded = embed(used);
        var components = new PrincipalComponents(embedded, DIMENSIONS);
        var vectors = new double[vocabulary.tokens().size()][DIMENSIONS];
        for (int i = 0; i < embedded.length; i++) {
            vectors[used.get(i)] = components.coordinates(embedded[i]);
        }
        double[] centre = centre(vectors);
        for (int id : used) {
            for (int d = 0; d < DIMENSIONS; d++) {
                vectors[id][d] = weight(id) * (vectors[id][d] - centre[d]);
            }
        }
        return vectors;
    }

    /** The mean over the tokens of the typical prompts. */
    private double[] centre(double[][] vectors) {
        var tokenizer = new WordPieceTokenizer(new Vocabulary(vocabulary.tokens()));
        var centre = new double[DIMENSIONS];
        double weights = 0;
        for (String prompt : PromptFeatures.kinds()) {
            int count = tokenizer.tokenize(prompt);
            for (int i = 0; i < count; i++) {
                int id = tokenizer.ids()[i];
                weights += weight(id);
                for (int d = 0; d < DIMENSIONS; d++) {
                    centre[d] += weight(id) * vectors[id][d];
                }
            }
        }
        for (int d = 0; d < DIMENSIONS; d++) {
            centre[d] /= weights;
        }
        return centre;
    }

    /** The rank of the first token is 1. */
    private static double weight(int id) {
        int rank = id + 1;
        return Math.log(1.0 + rank);
    }

    private float[][] embed(List<Integer> ids) {
        var vectors = new float[ids.size()][];
        try (var model = OnnxEmbedder.miniLm(THREADS)) {
            for (int from = 0; from < vectors.length; from += BATCH) {
                int to = Math.min(vectors.length, from + BATCH);
                long[][] sentences =
                        ids.subList(from, to).stream()
                                .map(vocabulary::sentence)
                                .toArray(long[][]::new);
                System.arraycopy(model.embedTokens(sentences), 0, vectors, from, to - from);
            }
        }
        return vectors;
    }
}
