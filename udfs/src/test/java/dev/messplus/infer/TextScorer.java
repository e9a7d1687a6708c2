package dev.messplus.infer;

import dev.messplus.record.PromptRequest;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.metric.ReferenceScorer;
import java.util.concurrent.CompletableFuture;

/** Scores the texts of answers to requests with references, at once. */
@FunctionalInterface
@SuppressWarnings("FunctionalInterfaceMethodChanged") // it opens a scorer that calls the lambda
public interface TextScorer extends ScorerConfig {

    /** The score; {@code NaN} for none. */
    double score(PromptRequest request, String output);

    @Override
    default Scorer open(ScorerContext context) {
        ReferenceScorer real = new ReferenceScorer();
        return new Scorer() {
            @Override
            public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
                PromptRequest request = answered.request();
                return CompletableFuture.completedFuture(
                        request.references().isEmpty() || !answered.hasText()
                                ? Score.NONE
                                : Score.of(TextScorer.this.score(request, answered.text())));
            }

            @Override
            public boolean isQuick(AnsweredRequest answered) {
                return real.isQuick(answered);
            }
        };
    }
}
