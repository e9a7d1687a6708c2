package dev.messplus.score.check;

import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import dev.messplus.sharing.SharedResources;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Whether the text of an answer is in one of several languages. A text in two of them is in the one
 * that most of its beginning is in. The check has nothing to say of a short text, or of one without
 * letters.
 */
public final class LanguageCheck implements Scorer {

    /** Enough to be sure of a language; more would only take time. In UTF-16 units. */
    private static final int MAX_CHARS = 2_000;

    private final int minChars;
    private final Set<String> labels = new HashSet<>();

    /** {@code null} until a text needs it. */
    private SharedResources.Use<LanguageModel> model;

    private boolean closed;

    private LanguageCheck(Config config) {
        this.minChars = config.minChars;
        config.languages.forEach(code -> labels.addAll(LanguageLabels.of(code)));
    }

    /**
     * Settings.
     *
     * @param languages codes of ISO 639-1, like {@code de}
     * @param minChars texts with fewer characters (code points) are too short to know their
     *     language
     */
    public record Config(
            @Setting(
                            required = true,
                            minItems = 1,
                            maxItems = 32,
                            pattern = "^[a-z]{2}$",
                            expected = "a code of ISO 639-1 with two letters, like de")
                    List<String> languages,
            @Setting(byDefault = "20", range = "[1, )") int minChars)
            implements ScorerConfig {

        /**
         * Settings.
         *
         * @throws IllegalArgumentException if there is no language, or an unknown one, or {@code
         *     minChars} is below 1
         */
        public Config {
            Check.that(
                    languages != null && !languages.isEmpty(),
                    "languages: must have at least one entry, like de");
            languages.forEach(Config::check);
            languages = List.copyOf(languages);
            Check.that(minChars >= 1, "minChars: must be at least 1, was " + minChars);
        }

        private static void check(String code) {
            Check.that(
                    code != null && !LanguageLabels.of(code).isEmpty(),
                    "languages: must be among %s, was %s"
                            .formatted(String.join(", ", LanguageLabels.codes()), code));
        }

        @Override
        public Scorer open(ScorerContext context) {
            return new LanguageCheck(this);
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        return Verdict.now(() -> score(answered));
    }

    private Score score(AnsweredRequest answered) {
        if (!answered.hasText() || isTooShort(answered.text())) {
            return Score.NONE;
        }
        String beginning = beginning(answered.text());
        return beginning.codePoints().anyMatch(Character::isLetter)
                ? Verdict.of(labels.contains(model().labelOf(beginning)))
                : Score.NONE;
    }

    private boolean isTooShort(String text) {
        return text.codePointCount(0, text.length()) < minChars;
    }

    private static String beginning(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
    }

    private synchronized LanguageModel model() {
        if (closed) {
            throw new IllegalStateException("The check is closed");
        }
        if (model == null) {
            model = LanguageModel.acquire();
        }
        return model.get();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (model != null) {
            model.close();
        }
    }
}
