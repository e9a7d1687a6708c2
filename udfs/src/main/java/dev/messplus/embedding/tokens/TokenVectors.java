package dev.messplus.embedding.tokens;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A vector for every token of a vocabulary, in 8 bits an element. Vectors have no unit: only their
 * ratios mean something.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class TokenVectors {

    /** The largest magnitude of an element. */
    private static final int MAX = Byte.MAX_VALUE;

    /** "MESS" and the version of the format. */
    private static final long MAGIC = 0x4D455353_00000001L;

    private final String origin;
    private final Vocabulary vocabulary;

    private final int dimensions;

    /** One row per token. 16 bits each, so that sums need no conversion. */
    private final short[] rows;

    private TokenVectors(String origin, List<String> tokens, int dimensions, short[] rows) {
        this.origin = origin;
        this.vocabulary = new Vocabulary(tokens);
        this.dimensions = dimensions;
        this.rows = rows;
    }

    /**
     * Scales vectors so that the greatest magnitude of an element is {@value #MAX}, and rounds
     * them.
     *
     * @param origin says what they were made from
     * @param tokens in the order of their ids; those that continue a word begin with ##
     * @param vectors one for each token, at least one, all of the same length, not all zeros
     */
    public static TokenVectors of(String origin, List<String> tokens, double[][] vectors) {
        int dimensions = vectors[0].length;
        double most = 0;
        for (double[] vector : vectors) {
            for (double element : vector) {
                most = Math.max(most, Math.abs(element));
            }
        }
        var rows = new short[tokens.size() * dimensions];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (short) Math.rint(vectors[i / dimensions][i % dimensions] * MAX / most);
        }
        return new TokenVectors(origin, tokens, dimensions, rows);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if it is something else
     */
    public static TokenVectors read(InputStream stream) throws IOException {
        var in = new DataInputStream(new BufferedInputStream(stream, 1 << 16));
        if (in.readLong() != MAGIC) {
            throw new IOException("not a table of token vectors, or of another release");
        }
        String origin = in.readUTF();
        int dimensions = in.readInt();
        int size = in.readInt();
        var tokens = new ArrayList<String>(size);
        for (int id = 0; id < size; id++) {
            tokens.add(in.readUTF());
        }
        byte[] bytes = in.readNBytes(size * dimensions);
        if (bytes.length < size * dimensions) {
            throw new IOException("a table of token vectors that ends too early");
        }
        var rows = new short[bytes.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = bytes[i];
        }
        return new TokenVectors(origin, tokens, dimensions, rows);
    }

    /** Writes the table, in the same bytes whenever it is the same. Does not close the stream. */
    public void write(OutputStream stream) throws IOException {
        var out = new DataOutputStream(stream);
        out.writeLong(MAGIC);
        out.writeUTF(origin);
        out.writeInt(dimensions);
        out.writeInt(vocabulary.tokens().size());
        for (String token : vocabulary.tokens()) {
            out.writeUTF(token);
        }
        var bytes = new byte[rows.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) rows[i];
        }
        out.write(bytes);
        out.flush();
    }

    /** What the vectors were made from, as {@link #of} was told. */
    public String origin() {
        return origin;
    }

    /** Length of every vector. */
    int dimensions() {
        return dimensions;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Adds up vectors. The sum is exact, whatever the order of the tokens.
     *
     * @param ids of tokens
     * @param count how many of them, at most 258: more could overflow
     * @return a new vector of {@link #dimensions} elements
     */
    float[] sum(int[] ids, int count) {
        var sums = new short[dimensions];
        for (int i = 0; i < count; i++) {
            int row = ids[i] * dimensions;
            for (int d = 0; d < dimensions; d++) {
                sums[d] += rows[row + d];
            }
        }
        var vector = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            vector[d] = sums[d];
        }
        return vector;
    }
}
