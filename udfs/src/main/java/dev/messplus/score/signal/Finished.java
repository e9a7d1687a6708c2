package dev.messplus.score.signal;

import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Whether a model ended its answer by itself: 1 if its finish reason is {@code stop} or {@code
 * tool_calls}, and 0 if it is another, such as {@code length} of an answer that was cut off. It has
 * nothing to say where the server reports no reason.
 */
public final class Finished implements Scorer {

    private static final Set<String> BY_ITSELF = Set.of("stop", "tool_calls");

    private Finished() {}

    /** It has no settings. */
    public record Config() implements ScorerConfig {

        @Override
        public Scorer open(ScorerContext context) {
            return new Finished();
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        String reason = answered.output().finishReason();
        return CompletableFuture.completedFuture(
                reason == null ? Score.NONE : Score.of(BY_ITSELF.contains(reason) ? 1 : 0));
    }

    @Override
    public boolean isQuick(AnsweredRequest answered) {
        return true;
    }
}
