package dev.messplus.infer;

import dev.messplus.record.PromptRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores answers: short ones at once, and longer ones on its own threads, because they would delay
 * the threads that call servers. An answer is served even if scoring it fails or takes too long.
 */
final class Scoring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);

    /**
     * Answer and references of at most this length, in characters, are scored at once: any metric
     * takes less time for them than a change of threads.
     */
    private static final int SHORT_CHARS = 256;

    private final ExecutorService executor;
    private final ScheduledExecutorService timer;

    /** For each answer that is being scored, what completes it without a score. */
    private final Set<Runnable> open = ConcurrentHashMap.newKeySet();

    /**
     * Scores answers.
     *
     * @param executor runs the scorer
     * @param timer ends deadlines
     */
    Scoring(ExecutorService executor, ScheduledExecutorService timer) {
        this.executor = executor;
        this.timer = timer;
    }

    /**
     * Scores one answer.
     *
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by the deadline with the answer, which has a score if the request has
     *     references, the answer has a {@linkplain Completion#textToScore text}, and scoring
     *     succeeded in time
     */
    CompletableFuture<Answer> score(
            Scorer scorer, PromptRequest request, Answer answer, long deadlineNanos) {
        if (!answer.ok()
                || request.references().isEmpty()
                || answer.completion().textToScore() == null) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Answer> scored = new CompletableFuture<>();
        if (isShort(request, answer)) {
            score(scorer, request, answer, scored);
            return scored;
        }
        Runnable withoutScore = () -> scored.complete(answer);
        open.add(withoutScore);
        CompletableFuture<Answer> unused =
                scored.whenComplete((done, bug) -> open.remove(withoutScore));
        try {
            executor.execute(() -> score(scorer, request, answer, scored));
            expire(scored, withoutScore, deadlineNanos);
        } catch (RuntimeException | OutOfMemoryError e) {
            // No thread could be started, or the job is stopping.
            LOG.warn("Could not score {}'s answer to {}", answer.model(), request.id(), e);
            withoutScore.run();
        }
        return scored;
    }

    private static boolean isShort(PromptRequest request, Answer answer) {
        int chars = answer.completion().textToScore().length();
        for (String reference : request.references()) {
            chars += reference.length();
        }
        return chars <= SHORT_CHARS;
    }

    /** Completes open answers without scores. Does not wait for the threads. */
    @Override
    public void close() {
        open.forEach(Runnable::run);
    }

    private void expire(
            CompletableFuture<Answer> scored, Runnable withoutScore, long deadlineNanos) {
        if (!scored.isDone()) {
            long left = deadlineNanos - System.nanoTime();
            Future<?> expiry = timer.schedule(withoutScore, left, TimeUnit.NANOSECONDS);
            CompletableFuture<Answer> unused =
                    scored.whenComplete((done, bug) -> expiry.cancel(false));
        }
    }

    private static void score(
            Scorer scorer, PromptRequest request, Answer answer, CompletableFuture<Answer> scored) {
        if (scored.isDone()) {
            return;
        }
        try {
            double score = scorer.score(request, answer.completion().textToScore());
            scored.complete(score >= 0 && score <= 1 ? answer.withScore(score) : answer);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("Could not score {}'s answer to {}", answer.model(), request.id(), e);
            scored.complete(answer);
        } catch (Error e) {
            scored.completeExceptionally(e);
        }
    }
}
