package dev.messplus.score.combine;

import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The lowest of several scores. The scorers are asked in their order, and the rest is not asked
 * once a score is 0: a judge need not read what a check refuses. A scorer that has nothing to say
 * does not count; if one fails, there is no score.
 */
public final class MinimumScore implements Scorer {

    private final List<Scorer> parts;

    /**
     * Its settings.
     *
     * @param of names of the scorers, in the order in which they are asked
     */
    public record Config(@Setting(required = true, minItems = 2, maxItems = 16) List<String> of)
            implements ScorerConfig {

        public Config {
            of = new ArrayList<>(of);
        }

        @Override
        public Scorer open(ScorerContext context) {
            return new MinimumScore(of.stream().map(context::scorer).toList());
        }
    }

    MinimumScore(List<Scorer> parts) {
        this.parts = parts;
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        return next(answered, deadlineNanos, 0, Score.NONE);
    }

    private CompletableFuture<Score> next(
            AnsweredRequest answered, long deadlineNanos, int index, Score lowest) {
        if (index == parts.size() || lowest.value() == 0) {
            return CompletableFuture.completedFuture(lowest);
        }
        return ScoringCharges.adding(
                lowest.charges(),
                parts.get(index)
                        .score(answered, deadlineNanos)
                        .thenCompose(
                                score ->
                                        next(
                                                answered,
                                                deadlineNanos,
                                                index + 1,
                                                lower(lowest, score))));
    }

    /** The lower score, without the charges of {@code lowest}, which are added to the result. */
    private static Score lower(Score lowest, Score score) {
        double value =
                !score.isKnown() || lowest.value() < score.value() ? lowest.value() : score.value();
        return new Score(value, score.charges());
    }

    @Override
    public boolean isQuick(AnsweredRequest answered) {
        return parts.stream().allMatch(part -> part.isQuick(answered));
    }
}
