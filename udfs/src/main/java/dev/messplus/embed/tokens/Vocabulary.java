package dev.messplus.embed.tokens;

import java.util.List;

/**
 * The tokens of a WordPiece model, by their characters. Looks up a range of an array without making
 * a string of it.
 *
 * <p>The key is a polynomial hash, so that the hashes of all ranges of a word follow from those of
 * its beginnings ({@link #extend}, {@link #hash}). The table has open addressing with linear
 * probing, and is at most half full. A hash that matches is verified by its characters.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class Vocabulary {

    /** What {@link #find} returns if there is no such token. */
    static final int NONE = -1;

    /** Before a token that continues a word. */
    private static final String CONTINUATION = "##";

    private static final int BASE = 0x01000193;

    /** Tells a token that continues a word from the same characters at its beginning. */
    private static final int CONTINUING = 0x5BD1E995;

    /** Fibonacci hashing spreads the keys over the table. */
    private static final int SPREAD = 0x9E3779B9;

    private final List<String> tokens;
    private final int longest;

    /** The characters of all tokens, without the mark of continuation. */
    private final char[] characters;

    /** Where the characters of a token begin; those of the next token begin at their end. */
    private final int[] offsets;

    /** Powers of the base of the hash. */
    private final int[] powers;

    /** Hashes at even indices, and the token plus 1 after each; 0 where there is none. */
    private final int[] table;

    private final int shift;

    /**
     * A vocabulary.
     *
     * @param tokens in the order of their ids; those that continue a word begin with ##
     */
    public Vocabulary(List<String> tokens) {
        this.tokens = List.copyOf(tokens);
        offsets = new int[tokens.size() + 1];
        var all = new StringBuilder();
        int most = 0;
        for (int id = 0; id < tokens.size(); id++) {
            all.append(
                    tokens.get(id),
                    isContinuation(tokens.get(id)) ? 2 : 0,
                    tokens.get(id).length());
            offsets[id + 1] = all.length();
            most = Math.max(most, offsets[id + 1] - offsets[id]);
        }
        longest = most;
        characters = all.toString().toCharArray();
        powers = new int[longest + 1];
        powers[0] = 1;
        for (int i = 1; i <= longest; i++) {
            powers[i] = powers[i - 1] * BASE;
        }
        int bits = 33 - Integer.numberOfLeadingZeros(tokens.size());
        shift = 32 - bits;
        table = new int[2 << bits];
        for (int id = 0; id < tokens.size(); id++) {
            insert(id, isContinuation(tokens.get(id)));
        }
    }

    /** The tokens in the order of their ids. */
    List<String> tokens() {
        return tokens;
    }

    /** Number of characters of the longest token, without the mark of continuation. */
    int longest() {
        return longest;
    }

    /**
     * The id of a special token.
     *
     * @throws IllegalArgumentException if the vocabulary lacks it
     */
    int special(String token) {
        int id = tokens.indexOf(token);
        if (id < 0) {
            throw new IllegalArgumentException("The vocabulary has no " + token);
        }
        return id;
    }

    /** The hash of some characters and one more; that of no characters is 0. */
    static int extend(int hash, char next) {
        return hash * BASE + next;
    }

    /**
     * The hash of a range of a word.
     *
     * @param prefixes hashes of the beginnings of the word, by their length
     * @param end at most {@link #longest} behind {@code start}
     */
    int hash(int[] prefixes, int start, int end) {
        return prefixes[end] - prefixes[start] * powers[end - start];
    }

    /**
     * Finds a token.
     *
     * @param hash that of the range
     * @param continuing whether the range continues a word
     * @return its id, or {@link #NONE}
     */
    int find(char[] word, int start, int end, int hash, boolean continuing) {
        int key = continuing ? hash ^ CONTINUING : hash;
        int mask = table.length - 1;
        for (int slot = slot(key); table[slot + 1] != 0; slot = slot + 2 & mask) {
            if (table[slot] == key) {
                int id = table[slot + 1] - 1;
                if (isContinuation(tokens.get(id)) == continuing && equal(id, word, start, end)) {
                    return id;
                }
            }
        }
        return NONE;
    }

    private void insert(int id, boolean continuing) {
        int key = 0;
        for (int i = offsets[id]; i < offsets[id + 1]; i++) {
            key = extend(key, characters[i]);
        }
        key = continuing ? key ^ CONTINUING : key;
        int slot = slot(key);
        while (table[slot + 1] != 0) {
            slot = slot + 2 & table.length - 1;
        }
        table[slot] = key;
        table[slot + 1] = id + 1;
    }

    private int slot(int key) {
        return (key * SPREAD >>> shift) << 1;
    }

    private boolean equal(int id, char[] word, int start, int end) {
        int length = end - start;
        if (offsets[id + 1] - offsets[id] != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (characters[offsets[id] + i] != word[start + i]) {
                return false;
            }
        }
        return true;
    }

    /** The token ## itself, if there is one, is two signs and not an empty continuation. */
    private static boolean isContinuation(String token) {
        return token.length() > 2 && token.startsWith(CONTINUATION);
    }
}
