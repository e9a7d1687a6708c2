package dev.messplus.sentence.distill;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.messplus.embed.tokens.Vocabulary;
import dev.messplus.embed.tokens.WordPieceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The original is Hugging Face's tokenizer, with the tokenizer.json of the model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WordPieceTokenizerTest {

    private static final int PROMPTS = 10_000;

    /** Blocks of Unicode, by their first and last code point. */
    private static final int[][] SCRIPTS = {
        {' ', '~'}, // ASCII
        {0x00, 0x7F}, // with its control characters
        {0xA0, 0x24F}, // Latin with accents
        {0x1E00, 0x1EFF},
        {0x370, 0x3FF}, // Greek
        {0x1F00, 0x1FFF},
        {0x400, 0x52F}, // Cyrillic
        {0x591, 0x5F4}, // Hebrew
        {0x600, 0x6FF}, // Arabic
        {0x900, 0x97F}, // Devanagari
        {0xE01, 0xE5B}, // Thai
        {0x1100, 0x11FF}, // Hangul, as letters and as syllables
        {0xAC00, 0xD7A3},
        {0x3000, 0x30FF}, // Japanese
        {0x4E00, 0x9FFF}, // Chinese
        {0xF900, 0xFAFF},
        {0x20000, 0x20FFF},
        {0x300, 0x36F}, // combining marks
        {0x1D165, 0x1D1AD},
        {0x2000, 0x206F}, // punctuation, spaces, zero width and format characters
        {0x20A0, 0x2BFF}, // symbols
        {0xE000, 0xE0FF}, // private use
        {0xFE00, 0xFFFD}, // variation selectors, presentation forms, full width
        {0x1D400, 0x1D7FF}, // letters of mathematics
        {0x1F300, 0x1F64F}, // emoji
        {0xE0001, 0xE007F}, // tags
        {0xD800, 0xDFFF}, // unpaired surrogates
    };

    private static final List<String> PARTS =
            List.of(
                    "the ",
                    "The quick brown fox ",
                    "unbelievably ",
                    "don't ",
                    "e-mail: a@b.co ",
                    "for (int i = 0; i < n; i++) {\n\tsum += x[i];\n}\r\n",
                    "3.14159 ",
                    "1,000,000 ",
                    "0x7FFF ",
                    "naïve café ",
                    "Straße ",
                    "İstanbul ",
                    "ΟΔΟΣ ",
                    "\u0000",
                    "\t",
                    "\u200d",
                    "\ufeff",
                    "e\u0301\u0327 ",
                    "\u0344",
                    "ﬁ ",
                    "[MASK]",
                    "[CLS] ",
                    "[SEP",
                    "[UNK]]",
                    "[PAD]",
                    "[unused1]",
                    "##ing ",
                    "…",
                    "“”",
                    "日本語のテキスト",
                    "한국어 ",
                    "ไทย",
                    "हिन्दी ",
                    "👩‍👩‍👧 ",
                    "🇩🇪");

    private final HuggingFaceTokenizer original = original();
    private final WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary());

    @AfterAll
    void close() {
        original.close();
    }

    @Test
    void generatedPromptsHaveTheTokensOfTheOriginal() {
        var random = new Random(1);
        for (int i = 0; i < PROMPTS; i++) {
            assertTokensOfTheOriginal(prompt(random));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \t\r\n",
                "What is the capital of France?",
                "Ångström",
                "a[MASK]b [mask] [ MASK]",
                "[CLS][SEP]",
                "##ing ing",
                "\u0301alone",
                "a\u0001\u0327\u0001\u0301b",
                "ΣΊΣΥΦΟΣ",
                "K\u212aÅ\u212b\u037e\u1fef",
                "¼½ⅷ Ⓐ"
            })
    void textsHaveTheTokensOfTheOriginal(String text) {
        assertTokensOfTheOriginal(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 100, 101, 200})
    void longWordsAreUnknown(int codePoints) {
        for (String letter : List.of("a", "é", "ж", "\ud801\udc00")) {
            assertTokensOfTheOriginal("so " + letter.repeat(codePoints) + " long");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"word ", "unbelievability", "!", "字", "ß ", "x"})
    void tokensBeyondTheContextAreIgnored(String part) {
        assertTokensOfTheOriginal(part.repeat(60));
        assertTokensOfTheOriginal("a" + part.repeat(1_000));
        assertThat(tokenizer.tokenize("! " + part.repeat(1_000) + " end")).isLessThanOrEqualTo(254);
    }

    @Test
    void theWordThatCrossesTheEndOfTheContextIsReadToItsEnd() {
        // "unbelievabilityé...": known tokens at first, unknown as a whole.
        for (int words = 245; words <= 254; words++) {
            assertTokensOfTheOriginal("word ".repeat(words) + "unbelievabilities\u0416\u3131");
            assertTokensOfTheOriginal("word ".repeat(words) + "unbelievabilities");
        }
    }

    @Test
    void forgetsTheTextBefore() {
        for (String before : List.of("unfinished", "e\u0301", "word ".repeat(300) + "é", "[MAS")) {
            tokenizer.tokenize(before);
            assertTokensOfTheOriginal("a text");
        }
    }

    private void assertTokensOfTheOriginal(String text) {
        int count = tokenizer.tokenize(text);
        long[] ids = original.encode(withoutUnpairedSurrogates(text)).getIds();

        assertThat(Arrays.stream(tokenizer.ids(), 0, count).asLongStream().toArray())
                .as(text)
                .isEqualTo(Arrays.copyOfRange(ids, 1, ids.length - 1));
    }

    /** U+FFFD is what an encoder writes for them. The original takes valid text only. */
    private static String withoutUnpairedSurrogates(String text) {
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Words of some scripts, with some of the parts above between them. */
    private static String prompt(Random random) {
        var text = new StringBuilder();
        int[][] scripts = {script(random), script(random), SCRIPTS[0]};
        int words = 1 + random.nextInt(30);
        for (int w = 0; w < words; w++) {
            if (random.nextInt(3) == 0) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
                continue;
            }
            int[] script = scripts[random.nextInt(scripts.length)];
            int length = random.nextInt(20) == 0 ? random.nextInt(220) : 1 + random.nextInt(8);
            for (int i = 0; i < length; i++) {
                int[] from = random.nextInt(12) == 0 ? script(random) : script;
                text.appendCodePoint(from[0] + random.nextInt(from[1] - from[0] + 1));
            }
            if (random.nextInt(4) > 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }

    private static int[] script(Random random) {
        return SCRIPTS[random.nextInt(SCRIPTS.length)];
    }

    private static Vocabulary vocabulary() {
        try {
            return new Vocabulary(MiniLmVocabulary.read().tokens());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HuggingFaceTokenizer original() {
        try (InputStream json =
                WordPieceTokenizerTest.class
                        .getClassLoader()
                        .getResourceAsStream("all-minilm-l6-v2-q-tokenizer.json")) {
            return HuggingFaceTokenizer.newInstance(
                    json,
                    Map.of(
                            "padding", "false",
                            "truncation", "true",
                            "maxLength", "256",
                            "modelMaxLength", "256"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
