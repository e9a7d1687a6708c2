package dev.messplus.score.check;

import dev.messplus.score.Score;
import dev.messplus.score.ScoringException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What a check finds, as a scorer returns it. */
final class Verdict {

    private static final Score PASSED = Score.of(1);
    private static final Score FAILED = Score.of(0);

    private Verdict() {}

    static Score of(boolean passed) {
        return passed ? PASSED : FAILED;
    }

    /** The outcome of a check that runs at once, on the thread of the caller. */
    static CompletableFuture<Score> now(Supplier<Score> check) {
        try {
            return CompletableFuture.completedFuture(check.get());
        } catch (ScoringException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
