package dev.messplus.score.metric;

import dev.messplus.record.PromptRequest;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import java.util.concurrent.CompletableFuture;

/**
 * Compares the text of an answer with the references of its request, by the metric that the request
 * names. It has nothing to say where there is no reference, or no text.
 */
public final class ReferenceScorer implements Scorer {

    /**
     * Answer and references of at most this length, in characters, are scored at once: any metric
     * takes less time for them than a change of threads.
     */
    private static final int QUICK_CHARS = 256;

    /** It has no settings. */
    public record Config() implements ScorerConfig {

        @Override
        public Scorer open(ScorerContext context) {
            return new ReferenceScorer();
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        return CompletableFuture.completedFuture(score(answered));
    }

    private static Score score(AnsweredRequest answered) {
        PromptRequest request = answered.request();
        if (request.references().isEmpty() || !answered.hasText()) {
            return Score.NONE;
        }
        Metric metric = Metric.fromName(request.metric());
        return Score.of(metric.score(answered.text(), request.references()));
    }

    @Override
    public boolean isQuick(AnsweredRequest answered) {
        int chars = answered.hasText() ? answered.text().length() : 0;
        for (String reference : answered.request().references()) {
            chars += reference.length();
        }
        return chars <= QUICK_CHARS;
    }
}
