package dev.messplus.embedding.onnx;

import java.util.Arrays;

/** How a model's token embeddings become one sentence embedding. */
public enum Pooling {

    /** The average over all tokens: MiniLM and most models of sentence-transformers. */
    MEAN {
        @Override
        float[] pool(float[] tokens, int offset, int count, int dimensions) {
            var mean = new float[dimensions];
            for (int t = 0, i = offset; t < count; t++) {
                for (int d = 0; d < dimensions; d++, i++) {
                    mean[d] += tokens[i] / count;
                }
            }
            return mean;
        }
    },

    /** The first token's embedding: the bge family. */
    CLS {
        @Override
        float[] pool(float[] tokens, int offset, int count, int dimensions) {
            return Arrays.copyOfRange(tokens, offset, offset + dimensions);
        }
    };

    /**
     * Pools the token embeddings of one sentence.
     *
     * @param tokens row-major, one row of {@code dimensions} elements for each token
     * @param offset where the sentence's first row starts
     * @param count the tokens of the sentence, at least 1
     * @return a fresh vector of {@code dimensions} elements, not normalised
     */
    abstract float[] pool(float[] tokens, int offset, int count, int dimensions);
}
