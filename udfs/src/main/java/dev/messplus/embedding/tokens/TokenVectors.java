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
 * A vector for every token of a vocabulary, in 8 bits an element. Each dimension has its own scale.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class TokenVectors {

    /** The largest magnitude of an element before it is scaled. */
    private static final int MAX = Byte.MAX_VALUE;

    /** "MESS" and the version of the format. */
    private static final long MAGIC = 0x4D455353_00000001L;

    private final String origin;
    private final Vocabulary vocabulary;

    /** What 1 stands for, for each dimension. */
    private final float[] scales;

    /** One row per token. 16 bits each, so that sums need no conversion. */
    private final short[] rows;

    private TokenVectors(String origin, List<String> tokens, float[] scales, short[] rows) {
        this.origin = origin;
        this.vocabulary = new Vocabulary(tokens);
        this.scales = scales;
        this.rows = rows;
    }

    /**
     * Rounds vectors to 8 bits.
     *
     * @param origin says what they were made from
     * @param tokens in the order of their ids; those that continue a word begin with ##
     * @param vectors one for each token, at least one, all of the same length
     */
    public static TokenVectors of(String origin, List<String> tokens, double[][] vectors) {
        int dimensions = vectors[0].length;
        var scales = new float[dimensions];
        var rows = new short[tokens.size() * dimensions];
        for (int d = 0; d < dimensions; d++) {
            double most = 0;
            for (double[] vector : vectors) {
                most = Math.max(most, Math.abs(vector[d]));
            }
            scales[d] = most == 0 ? 1 : (float) (most / MAX);
            for (int id = 0; id < vectors.length; id++) {
                rows[id * dimensions + d] = (short) Math.rint(vectors[id][d] / scales[d]);
            }
        }
        return new TokenVectors(origin, tokens, scales, rows);
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
        var scales = new float[in.readInt()];
        for (int d = 0; d < scales.length; d++) {
            scales[d] = in.readFloat();
        }
        int size = in.readInt();
        var tokens = new ArrayList<String>(size);
        for (int id = 0; id < size; id++) {
            tokens.add(in.readUTF());
        }
        byte[] bytes = in.readNBytes(size * scales.length);
        if (bytes.length < size * scales.length) {
            throw new IOException("a table of token vectors that ends too early");
        }
        var rows = new short[bytes.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = bytes[i];
        }
        return new TokenVectors(origin, tokens, scales, rows);
    }

    /** Writes the table, in the same bytes whenever it is the same. Does not close the stream. */
    public void write(OutputStream stream) throws IOException {
        var out = new DataOutputStream(stream);
        out.writeLong(MAGIC);
        out.writeUTF(origin);
        out.writeInt(scales.length);
        for (float scale : scales) {
            out.writeFloat(scale);
        }
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
        return scales.length;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Adds up vectors. The sum is exact, whatever the order of the tokens.
     *
     * @param ids of tokens
     * @param count how many of them, at most 258: more could overflow
     * @return a new vector, not normalised
     */
    float[] sum(int[] ids, int count) {
        int dimensions = scales.length;
        var sums = new short[dimensions];
        for (int i = 0; i < count; i++) {
            int row = ids[i] * dimensions;
            for (int d = 0; d < dimensions; d++) {
                sums[d] += rows[row + d];
            }
        }
        var vector = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            vector[d] = scales[d] * sums[d];
        }
        return vector;
    }
}
