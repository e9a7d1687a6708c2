package dev.messplus.sentence.onnx;

import ai.djl.huggingface.tokenizers.Encoding;
import java.util.Arrays;

/**
 * The tokens of one sentence, special tokens included. All arrays have the same length.
 *
 * @param ids places in the vocabulary
 * @param attentionMask 1 for every token
 * @param typeIds which segment a token belongs to
 */
record Tokens(long[] ids, long[] attentionMask, long[] typeIds) {

    static Tokens of(Encoding encoding) {
        return new Tokens(encoding.getIds(), encoding.getAttentionMask(), encoding.getTypeIds());
    }

    static Tokens of(long[] ids) {
        var ones = new long[ids.length];
        Arrays.fill(ones, 1);
        return new Tokens(ids, ones, new long[ids.length]);
    }
}
