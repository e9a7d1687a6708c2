package dev.messplus.score.check;

import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.util.concurrent.CompletableFuture;

/**
 * Whether the text of an answer is as long as it must be. Characters are Unicode code points. Words
 * are what white space separates, so a text in Chinese or Japanese has few of them.
 */
public final class LengthCheck implements Scorer {

    /** Texts of at most this length, in UTF-16 units, are counted at once. */
    private static final int QUICK_CHARS = 1024;

    private final Config config;

    private LengthCheck(Config config) {
        this.config = config;
    }

    /**
     * Bounds, which are themselves allowed; {@code null} for none.
     *
     * @param minChars least number of characters
     * @param maxChars greatest number of characters
     * @param minWords least number of words
     * @param maxWords greatest number of words
     */
    public record Config(
            @Setting(range = "[0, )") Integer minChars,
            @Setting(range = "[0, )") Integer maxChars,
            @Setting(range = "[0, )") Integer minWords,
            @Setting(range = "[0, )") Integer maxWords)
            implements ScorerConfig {

        /**
         * Settings.
         *
         * @throws IllegalArgumentException if there is no bound, one is below 0, or two contradict
         *     each other
         */
        public Config {
            Check.that(
                    minChars != null || maxChars != null || minWords != null || maxWords != null,
                    "maxChars: is missing, like minChars, minWords and maxWords; set at least one"
                            + " of them");
            checkRange("Chars", minChars, maxChars);
            checkRange("Words", minWords, maxWords);
        }

        private static void checkRange(String unit, Integer min, Integer max) {
            checkBound("min" + unit, min);
            checkBound("max" + unit, max);
            Check.that(
                    min == null || max == null || min <= max,
                    "max%1$s: must be at least min%1$s (%2$s), was %3$s".formatted(unit, min, max));
        }

        private static void checkBound(String field, Integer bound) {
            Check.that(bound == null || bound >= 0, field + ": must be at least 0, was " + bound);
        }

        @Override
        public Scorer open(ScorerContext context) {
            return new LengthCheck(this);
        }

        private boolean allows(String text) {
            return isWithin(minChars, text.codePointCount(0, text.length()), maxChars)
                    && ((minWords == null && maxWords == null)
                            || isWithin(minWords, words(text), maxWords));
        }

        private static boolean isWithin(Integer min, int length, Integer max) {
            return (min == null || length >= min) && (max == null || length <= max);
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        return CompletableFuture.completedFuture(
                answered.hasText() ? Verdict.of(config.allows(answered.text())) : Score.NONE);
    }

    private static int words(String text) {
        int words = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            // All white space is in the basic plane, where a character is one unit.
            boolean white = isWhite(text.charAt(i));
            words += !white && !inWord ? 1 : 0;
            inWord = !white;
        }
        return words;
    }

    /** White space of Unicode, no-break spaces included. */
    private static boolean isWhite(char unit) {
        return Character.isWhitespace(unit) || Character.isSpaceChar(unit);
    }

    @Override
    public boolean isQuick(AnsweredRequest answered) {
        return !answered.hasText() || answered.text().length() <= QUICK_CHARS;
    }
}
