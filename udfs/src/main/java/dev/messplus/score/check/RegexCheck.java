package dev.messplus.score.check;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.util.concurrent.CompletableFuture;

/**
 * Whether a regular expression matches the text of an answer. It is one of RE2, which has neither
 * backreferences nor lookaround, so that the time for a text is proportional to its length.
 */
public final class RegexCheck implements Scorer {

    /** Texts of at most this length, in UTF-16 units, are matched at once. */
    private static final int QUICK_CHARS = 256;

    private final Pattern pattern;
    private final Config config;

    private RegexCheck(Config config) {
        this.pattern = Pattern.compile(config.pattern);
        this.config = config;
    }

    /** What the pattern must match. */
    public enum Mode {
        /** Any part of the text. */
        FIND,
        /** All of the text. */
        MATCHES
    }

    /**
     * Settings.
     *
     * @param pattern a regular expression of RE2, which may begin with flags, like {@code (?i)}
     * @param mode what the pattern must match
     * @param mustNot whether it must not match
     */
    public record Config(
            @Setting(required = true) String pattern,
            @Setting(byDefault = "find") Mode mode,
            @Setting(byDefault = "false") boolean mustNot)
            implements ScorerConfig {

        /**
         * Settings.
         *
         * @throws IllegalArgumentException if the pattern is none of RE2, or something is missing
         */
        public Config {
            Check.that(pattern != null && !pattern.isEmpty(), "pattern: must not be empty");
            Check.that(mode != null, "mode: must be one of find, matches, was null");
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "pattern: must be a regular expression of RE2, which has no"
                                + " backreferences and no lookaround, was '"
                                + pattern
                                + "'; correct this: "
                                + e.getDescription(),
                        e);
            }
        }

        @Override
        public Scorer open(ScorerContext context) {
            return new RegexCheck(this);
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        return CompletableFuture.completedFuture(
                answered.hasText()
                        ? Verdict.of(isMatched(answered.text()) != config.mustNot)
                        : Score.NONE);
    }

    private boolean isMatched(String text) {
        return config.mode == Mode.MATCHES
                ? pattern.matcher(text).matches()
                : pattern.matcher(text).find();
    }

    @Override
    public boolean isQuick(AnsweredRequest answered) {
        return !answered.hasText() || answered.text().length() <= QUICK_CHARS;
    }
}
