package dev.messplus.sentence.onnx;

import java.util.Arrays;

/** How the token embeddings of a model become one sentence embedding. */
public enum Pooling {

    /** The mean over all tokens: MiniLM and most models of sentence-transformers. */
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

    /** The embedding of the first token: the bge family. */
    CLS {
        @Override
        float[] pool(float[] tokens, int offset, int count, int dimensions) {
            return Arrays.copyOfRange(tokens, offset, offset + dimensions);
        }
    };

    /**
     * Pools the token embeddings of one sentence.
     *
     * @param tokens row-major, one row of {@code dimensions} elements per token
     * @param offset index at which the first row of the sentence starts
     * @param count number of tokens in the sentence, at least 1
     * @return a new vector of {@code dimensions} elements, not normalised
     */
    abstract float[] pool(float[] tokens, int offset, int count, int dimensions);
}
