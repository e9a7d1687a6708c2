package dev.messplus.embed.tokens;

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

    private static final int BIAS = 128;

    /** Elements in a word, and bits of each. */
    private static final int ELEMENTS = 4;

    private static final int BITS = 16;

    /** "MESS" and the version of the format. */
    private static final long MAGIC = 0x4D455353_00000001L;

    private final String origin;
    private final Vocabulary vocabulary;

    /** Length of every vector. */
    private final int dimensions;

    /**
     * Four elements to a word, in 16 bits each, so that one addition adds four: one row of words
     * for each token. Elements are stored plus {@value #BIAS}. So they are positive, and no sum
     * carries into the next one.
     */
    private final long[] rows;

    private TokenVectors(String origin, List<String> tokens, int dimensions, byte[] elements) {
        this.origin = origin;
        this.vocabulary = new Vocabulary(tokens);
        this.dimensions = dimensions;
        rows = new long[elements.length / ELEMENTS];
        for (int i = 0; i < elements.length; i++) {
            rows[i / ELEMENTS] |= (long) (elements[i] + BIAS) << shift(i);
        }
    }

    /**
     * Scales vectors so that the greatest magnitude of an element is {@value #MAX}, and rounds
     * them.
     *
     * @param origin says what they were made from
     * @param tokens in the order of their ids; those that continue a word begin with ##
     * @param vectors one for each token, at least one, not all zeros; all have the same length, a
     *     multiple of 4
     */
    public static TokenVectors of(String origin, List<String> tokens, double[][] vectors) {
        int dimensions = vectors[0].length;
        double most = 0;
        for (double[] vector : vectors) {
            for (double element : vector) {
                most = Math.max(most, Math.abs(element));
            }
        }
        var elements = new byte[tokens.size() * dimensions];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (byte) Math.rint(vectors[i / dimensions][i % dimensions] * MAX / most);
        }
        return new TokenVectors(origin, tokens, dimensions, elements);
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
        byte[] elements = in.readNBytes(size * dimensions);
        if (elements.length < size * dimensions) {
            throw new IOException("a table of token vectors that ends too early");
        }
        return new TokenVectors(origin, tokens, dimensions, elements);
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
        var elements = new byte[rows.length * ELEMENTS];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (byte) (element(rows, i) - BIAS);
        }
        out.write(elements);
        out.flush();
    }

    /** What the vectors were made from, as {@link #of} received it. */
    public String origin() {
        return origin;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Adds up vectors. The sum is exact, whatever the order of the tokens.
     *
     * @param ids of tokens
     * @param count how many of them, at most 257: more could overflow
     * @return a new vector of as many elements as the vectors
     */
    float[] sum(int[] ids, int count) {
        var sums = new long[dimensions / ELEMENTS];
        for (int i = 0; i < count; i++) {
            add(sums, ids[i] * sums.length);
        }
        var vector = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            vector[d] = element(sums, d) - BIAS * count;
        }
        return vector;
    }

    private void add(long[] sums, int row) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += rows[row + i];
        }
    }

    private static int element(long[] words, int i) {
        return (int) (words[i / ELEMENTS] >>> shift(i)) & (1 << BITS) - 1;
    }

    private static int shift(int i) {
        return i % ELEMENTS * BITS;
    }
}
