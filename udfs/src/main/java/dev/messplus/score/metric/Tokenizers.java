package dev.messplus.score.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Splits a text into tokens, for each family of metrics. */
final class Tokenizers {

    /** White space as Python's {@code str.split} defines it: Unicode's, and four separators. */
    private static final Pattern WHITE_SPACE =
            Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    /** ASCII punctuation as C defines it, including symbols such as $, and Unicode punctuation. */
    private static final Pattern PUNCTUATION = Pattern.compile("[\\p{Punct}\\p{P}]+");

    private static final Pattern IDEOGRAPH = Pattern.compile("\\p{IsIdeographic}");

    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    private static final Pattern ROUGE_WORD =
            Pattern.compile("\\p{IsIdeographic}|[\\p{L}\\p{M}\\p{N}&&[^\\p{IsIdeographic}]]+");

    private static final Pattern SYMBOL_13A = Pattern.compile("[\\p{Punct}&&[^-'.,]]");
    private static final Pattern STOP_AFTER_NON_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern STOP_BEFORE_NON_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

    private Tokenizers() {}

    /**
     * The words that SQuAD's evaluation compares, see {@link Metric#EXACT}; empty for blank text.
     */
    static List<String> squad(String text) {
        String lower = IDEOGRAPH.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" $0 ");
        List<String> words = split(PUNCTUATION.matcher(lower).replaceAll(""));
        if (words.isEmpty()) {
            return split(lower);
        }
        if (!ARTICLES.containsAll(words)) {
            words.removeIf(ARTICLES::contains);
        }
        return words;
    }

    /** The words that rouge-score compares, see {@link Metric#ROUGE_1}. */
    static List<String> rouge(String text) {
        return ROUGE_WORD
                .matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /**
     * The tokens of mteval-v13a.pl, the tokenizer of WMT and the default of sacreBLEU, for Western
     * languages. Symbols are tokens of their own; so are stops and commas, except between digits,
     * and dashes after a digit. The steps follow the script's order, because each step sees the
     * spaces that earlier steps inserted.
     */
    static List<String> mteval13a(String text) {
        String line =
                text.stripTrailing()
                        .replace("<skipped>", "")
                        .replace("-\n", "")
                        .replace('\n', ' ')
                        .replace("&quot;", "\"")
                        .replace("&amp;", "&")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">");
        line = SYMBOL_13A.matcher(" " + line + " ").replaceAll(" $0 ");
        line = STOP_AFTER_NON_DIGIT.matcher(line).replaceAll("$1 $2 ");
        line = STOP_BEFORE_NON_DIGIT.matcher(line).replaceAll(" $1 $2");
        line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
        return split(line);
    }

    private static List<String> split(String text) {
        List<String> tokens = new ArrayList<>();
        for (String token : WHITE_SPACE.split(text)) {
            if (!token.isEmpty()) {
                tokens.add(token);
            }
        }
        return tokens;
    }
}
