package dev.messplus.embed.tokens;

import java.nio.CharBuffer;
import java.text.Normalizer;
import java.util.List;

/**
 * BERT's tokenizer for uncased text: drops control characters and accents, folds case, separates
 * punctuation and Chinese characters, and splits each word into the longest tokens of the
 * vocabulary from left to right (Devlin et al., 2019; Wu et al., 2016). The tokens are those of
 * Hugging Face's {@code tokenizers} with {@code BertNormalizer} and {@code WordPiece}.
 *
 * <p>The original's classes of characters are those of Unicode 8. To it, newer marks, punctuation
 * and format characters are letters: some 370 of those that Java 17 knows, all of rare scripts.
 *
 * <p>ASCII takes one pass without garbage. Other characters are decomposed by {@link Normalizer} in
 * runs between those of ASCII, which no mark changes.
 *
 * <p>An unpaired surrogate has no encoding, and is dropped like U+FFFD.
 *
 * <p>Belongs to one thread.
 */
public final class WordPieceTokenizer {

    /** The context of MiniLM: 256 tokens with [CLS] and [SEP], which are not counted here. */
    public static final int MAX_TOKENS = 254;

    /** A longer text is cut here before it is tokenized, as for sentence models. */
    private static final int MAX_CHARS = 256 * 64;

    /** A word of more code points is unknown. */
    private static final int MAX_WORD = 100;

    private static final List<String> SPECIAL =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    private static final byte REMOVED = 0;
    private static final byte SPACE = 1;
    private static final byte PUNCTUATION = 2;

    /** The class of an ASCII character, or, if it belongs to a word, its lower case. */
    private static final byte[] FOLDED = new byte[128];

    static {
        for (int c = 0; c < FOLDED.length; c++) {
            FOLDED[c] =
                    switch (CharacterClass.of(c)) {
                        case REMOVED -> REMOVED;
                        case SPACE -> SPACE;
                        case PUNCTUATION -> PUNCTUATION;
                        default -> (byte) Character.toLowerCase(c);
                    };
        }
    }

    private final Vocabulary vocabulary;
    private final int unknown;
    private final int[] special;

    private final char[] text = new char[MAX_CHARS];

    /** The non-ASCII characters that are not decomposed yet. */
    private final StringBuilder run = new StringBuilder();

    /** The word that is read: its characters, and the hashes of its beginnings. */
    private final char[] word = new char[2 * MAX_WORD];

    private final int[] prefixes = new int[word.length + 1];
    private int length;
    private int codePoints;

    /** The last word may end beyond the context, at most one token for each of its characters. */
    private final int[] ids = new int[MAX_TOKENS + 2 * MAX_WORD];

    private int count;

    /** Ids of the ASCII punctuation marks. */
    private final int[] punctuation = new int[128];

    /**
     * A tokenizer.
     *
     * @throws IllegalArgumentException if the vocabulary lacks a special token
     */
    public WordPieceTokenizer(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        unknown = vocabulary.special("[UNK]");
        special = SPECIAL.stream().mapToInt(vocabulary::special).toArray();
        for (char c = 0; c < punctuation.length; c++) {
            int id = vocabulary.find(new char[] {c}, 0, 1, c, false);
            punctuation[c] = id == Vocabulary.NONE ? unknown : id;
        }
    }

    /**
     * Tokenizes a text.
     *
     * @return number of tokens, at most {@value #MAX_TOKENS}; what follows is ignored
     */
    public int tokenize(String prompt) {
        count = 0;
        int end = Math.min(prompt.length(), MAX_CHARS);
        if (end < prompt.length() && Character.isHighSurrogate(prompt.charAt(end - 1))) {
            end--;
        }
        prompt.getChars(0, end, text, 0);
        for (int i = 0; i < end && count < MAX_TOKENS; ) {
            i = text[i] < 128 ? readAscii(i, end) : readOther(i, end);
        }
        endRun();
        endWord();
        return Math.min(count, MAX_TOKENS);
    }

    /** The ids of the tokens; valid until the next call of {@link #tokenize}. */
    public int[] ids() {
        return ids;
    }

    /** Reads an ASCII character or a special token, and returns the index behind it. */
    private int readAscii(int i, int end) {
        byte folded = FOLDED[text[i]];
        if (folded == REMOVED) {
            return i + 1;
        }
        endRun();
        if (folded == SPACE) {
            endWord();
        } else if (folded == PUNCTUATION) {
            endWord();
            return text[i] == '[' ? readBracket(i, end) : readPunctuation(i);
        } else {
            append(folded);
        }
        return i + 1;
    }

    private int readPunctuation(int i) {
        ids[count++] = punctuation[text[i]];
        return i + 1;
    }

    /** A special token in the text counts as one. */
    private int readBracket(int i, int end) {
        for (int s = 0; s < special.length; s++) {
            String token = SPECIAL.get(s);
            if (end - i >= token.length()
                    && token.contentEquals(CharBuffer.wrap(text, i, token.length()))) {
                ids[count++] = special[s];
                return i + token.length();
            }
        }
        return readPunctuation(i);
    }

    /** Reads another code point, and returns the index behind it. */
    private int readOther(int i, int end) {
        int c = Character.codePointAt(text, i, end);
        switch (CharacterClass.of(c)) {
            case REMOVED -> {}
            case IDEOGRAPH -> run.append(' ').appendCodePoint(c).append(' ');
            default -> run.appendCodePoint(c);
        }
        return i + Character.charCount(c);
    }

    /** Reads the run without its accents. */
    private void endRun() {
        if (run.isEmpty()) {
            return;
        }
        String decomposed = Normalizer.normalize(run, Normalizer.Form.NFD);
        run.setLength(0);
        for (int i = 0; i < decomposed.length() && count < MAX_TOKENS; ) {
            int c = decomposed.codePointAt(i);
            i += Character.charCount(c);
            if (Character.getType(c) != Character.NON_SPACING_MARK) {
                readDecomposed(Character.toLowerCase(c));
            }
        }
    }

    private void readDecomposed(int c) {
        switch (CharacterClass.of(c)) {
            case SPACE -> endWord();
            case PUNCTUATION -> {
                endWord();
                append(c);
                endWord();
            }
            default -> append(c);
        }
    }

    private void append(int c) {
        codePoints++;
        if (codePoints > MAX_WORD) {
            return;
        }
        if (Character.isBmpCodePoint(c)) {
            appendUnit((char) c);
        } else {
            appendUnit(Character.highSurrogate(c));
            appendUnit(Character.lowSurrogate(c));
        }
    }

    private void appendUnit(char c) {
        word[length] = c;
        prefixes[length + 1] = Vocabulary.extend(prefixes[length], c);
        length++;
    }

    private void endWord() {
        if (codePoints > MAX_WORD || !split()) {
            ids[count++] = unknown;
        }
        length = 0;
        codePoints = 0;
    }

    /** Adds the tokens of the word; none, and false, if it has a part that is not a token. */
    private boolean split() {
        int before = count;
        for (int start = 0; start < length; ) {
            int end = Math.min(length, start + vocabulary.longest());
            int id = Vocabulary.NONE;
            while (end > start && id == Vocabulary.NONE) {
                int hash = vocabulary.hash(prefixes, start, end);
                id = vocabulary.find(word, start, end, hash, start > 0);
                end--;
            }
            if (id == Vocabulary.NONE) {
                count = before;
                return false;
            }
            ids[count++] = id;
            start = end + 1;
        }
        return true;
    }
}
