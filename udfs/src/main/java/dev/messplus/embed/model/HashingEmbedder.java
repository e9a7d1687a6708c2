package dev.messplus.embed.model;

/**
 * Feature hashing (Weinberger et al., 2009) of words, word pairs and the character trigrams within
 * words.
 *
 * <p>It needs no model, takes a few microseconds per prompt, and distinguishes prompts by their
 * wording only. Use it if embedding must cost nothing, or if prompts of a kind share a template.
 * Each feature adds its weight, with a hashed sign, to one of {@value #DIMENSIONS} buckets; the
 * signs make collisions cancel on average. Square roots dampen frequent features. Case is ignored.
 */
public final class HashingEmbedder implements Embedder {

    private static final int DIMENSIONS = 512;

    private static final float WORD = 1f;
    private static final float WORD_PAIR = 0.5f;
    private static final float TRIGRAM = 0.25f;

    // Arbitrary values that separate the three families of features.
    private static final long WORD_SEED = 0x9E3779B97F4A7C15L;
    private static final long WORD_PAIR_SEED = 0xD1B54A32D192ED03L;
    private static final long TRIGRAM_SEED = 0x8CB92BA72F3D8DD7L;

    @Override
    public float[] embed(String text) {
        var buckets = new float[DIMENSIONS];
        long previousWord = 0;
        long word = 0;
        long trigram = 0; // the last three characters, 16 bits each; 0 marks the ends of a word
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            if (isPartOfWord(c)) {
                c = lowerCase(c);
                word = (word ^ c) * 0x100000001B3L + 1;
                trigram = (trigram << 16 | c) & 0xFFFF_FFFF_FFFFL;
                add(buckets, TRIGRAM_SEED ^ trigram, TRIGRAM);
            } else if (word != 0) {
                add(buckets, TRIGRAM_SEED ^ (trigram << 16 & 0xFFFF_FFFF_FFFFL), TRIGRAM);
                add(buckets, WORD_SEED ^ word, WORD);
                if (previousWord != 0) {
                    add(buckets, WORD_PAIR_SEED ^ (previousWord * 31 + word), WORD_PAIR);
                }
                previousWord = word;
                word = 0;
                trigram = 0;
            }
        }
        for (int i = 0; i < DIMENSIONS; i++) {
            float x = buckets[i];
            buckets[i] = x < 0 ? -(float) Math.sqrt(-x) : (float) Math.sqrt(x);
        }
        return UnitVectors.normalise(buckets);
    }

    private static void add(float[] buckets, long feature, float weight) {
        long hash = mix(feature);
        // The low bits choose the bucket, the highest bit the sign.
        buckets[(int) hash & (DIMENSIONS - 1)] += hash < 0 ? -weight : weight;
    }

    /** The finalizer of MurmurHash3: every input bit affects every output bit. */
    private static long mix(long h) {
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }

    private static boolean isPartOfWord(char c) {
        if (c < 128) {
            int folded = c | 0x20;
            return (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9');
        }
        // Surrogates belong to the word that they stand in.
        return Character.isLetterOrDigit(c) || Character.isSurrogate(c);
    }

    private static char lowerCase(char c) {
        if (c < 128) {
            return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
        }
        return Character.toLowerCase(c);
    }
}
