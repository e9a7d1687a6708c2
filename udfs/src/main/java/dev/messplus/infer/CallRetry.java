package dev.messplus.infer;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.util.OptionalLong;

/** When the failed attempts of one call are retried. */
final class CallRetry {

    private final IntervalFunction backoff;
    private final CallDeadline deadline;
    private final Retry.AsyncContext<Void> context;

    /**
     * Retries of one call.
     *
     * @param maxAttempts attempts in all, at least 1
     * @param backoff pause in milliseconds before an attempt, by its number from 1
     * @param deadline a pause must end before it
     */
    CallRetry(String model, int maxAttempts, IntervalFunction backoff, CallDeadline deadline) {
        this.backoff = backoff;
        this.deadline = deadline;
        RetryConfig config =
                RetryConfig.<Void>custom()
                        .maxAttempts(maxAttempts)
                        .retryOnException(CallRetry::isRetryable)
                        .intervalBiFunction(this::intervalMillis)
                        .build();
        this.context = Retry.of(model, config).asyncContext();
    }

    /**
     * Counts a failed attempt.
     *
     * @return the pause before the next attempt, in milliseconds: the backoff, or longer if the
     *     server's {@code Retry-After} asks for it; empty if there is no further attempt
     */
    OptionalLong pauseMillis(Throwable failure) {
        long millis = context.onError(failure);
        return millis > 0 ? OptionalLong.of(millis) : OptionalLong.empty();
    }

    private long intervalMillis(int attempt, Either<Throwable, Void> outcome) {
        long retryAfterMillis = ((InferenceException) outcome.getLeft()).retryAfterMillis();
        long pauseMillis = Math.max(retryAfterMillis, backoff.apply(attempt));
        return pauseMillis < deadline.remainingMillis() ? pauseMillis : -1;
    }

    private static boolean isRetryable(Throwable failure) {
        return failure instanceof InferenceException e && e.isRetryable();
    }
}
