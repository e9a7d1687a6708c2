package dev.messplus.embedding;

import java.util.Arrays;

/** How a model's token embeddings become one sentence embedding. */
public enum Pooling {

    /**
     * The average over all tokens; what MiniLM and most sentence-transformers models were trained
     * with.
     */
    MEAN {
        @Override
        float[] pool(float[] tokens, int dimensions) {
            var sums = new float[dimensions];
            for (int i = 0, d = 0; i < tokens.length; i++) {
                sums[d] += tokens[i];
                d = d + 1 == dimensions ? 0 : d + 1;
            }
            float count = tokens.length / (float) dimensions;
            for (int d = 0; d < dimensions; d++) {
                sums[d] /= count;
            }
            return sums;
        }
    },

    /** The first token's embedding; what the bge family was trained with. */
    CLS {
        @Override
        float[] pool(float[] tokens, int dimensions) {
            return Arrays.copyOf(tokens, dimensions);
        }
    };

    /**
     * Pools the token embeddings of one sentence.
     *
     * @param tokens row-major, one row of {@code dimensions} elements for each token; at least one
     * @return a fresh vector of {@code dimensions} elements, not normalised
     */
    abstract float[] pool(float[] tokens, int dimensions);
}
