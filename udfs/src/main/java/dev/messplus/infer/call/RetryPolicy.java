package dev.messplus.infer.call;

import dev.messplus.infer.openai.AttemptException;
import io.github.resilience4j.core.IntervalFunction;
import java.util.OptionalLong;

/**
 * Whether another attempt of a call follows one that failed, and when. Which failures are retryable
 * is decided in {@code openai.ModelServerErrors}, by status; whether the model is called again in a
 * later round, in {@code Rounds}.
 *
 * @param maxAttempts attempts of one model for one request, at least 1
 * @param backoff pause in milliseconds before an attempt, by the number of attempts that failed
 */
public record RetryPolicy(int maxAttempts, IntervalFunction backoff) {

    /**
     * The pause before the next attempt, in milliseconds: the backoff, or longer if the server asks
     * for it; empty if there is no further attempt. Another server of the model is called after the
     * backoff, even if the one that failed asks for a longer pause or cannot be reached.
     *
     * @param failed attempts that failed so far, at least 1
     * @param allowed attempts that the call may make
     * @param others whether the model has other servers
     * @param leftMillis time until the deadline, before which a pause must end
     */
    OptionalLong pauseMillis(
            Throwable failure, int failed, int allowed, boolean others, long leftMillis) {
        if (failed >= allowed || !(failure instanceof AttemptException e)) {
            return OptionalLong.empty();
        }
        if (!(others ? e.isTransient() : e.isRetryable())) {
            return OptionalLong.empty();
        }
        long millis = Math.max(others ? 0 : e.retryAfterMillis(), backoff.apply(failed));
        return millis < leftMillis ? OptionalLong.of(millis) : OptionalLong.empty();
    }
}
