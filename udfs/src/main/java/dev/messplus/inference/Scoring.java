package dev.messplus.inference;

import dev.messplus.record.PromptRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores answers on threads of its own: a long answer takes a while, and those that talk to servers
 * are waited for. An answer is paid for, and served even if it cannot be scored, or not in time.
 */
final class Scoring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);

    private final ExecutorService executor;
    private final ScheduledExecutorService timer;

    /** What is being scored, as it stands without a score. */
    private final Map<CompletableFuture<Answer>, Answer> open = new ConcurrentHashMap<>();

    /**
     * A scoring of answers.
     *
     * @param executor where answers are scored; is shut down with this
     * @param timer where deadlines end
     */
    Scoring(ExecutorService executor, ScheduledExecutorService timer) {
        this.executor = executor;
        this.timer = timer;
    }

    /**
     * Scores one answer.
     *
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return the answer, with a score if there is something to score it against and time to do so;
     *     completes by the deadline
     */
    CompletableFuture<Answer> score(
            Scorer scorer, PromptRequest request, Answer answer, long deadlineNanos) {
        if (!answer.ok() || request.references().isEmpty()) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Answer> scored = new CompletableFuture<>();
        open.put(scored, answer);
        CompletableFuture<Answer> unused = scored.whenComplete((done, bug) -> open.remove(scored));
        try {
            executor.execute(() -> score(scorer, request, answer, scored));
            expire(scored, answer, deadlineNanos);
        } catch (RuntimeException | OutOfMemoryError e) {
            // There is no thread to be had, or the job is stopping.
            LOG.warn("Could not score {}'s answer to {}", answer.model(), request.id(), e);
            scored.complete(answer);
        }
        return scored;
    }

    /** Ends what is open, without scores. Does not wait for the threads. */
    @Override
    public void close() {
        endOpen();
        // Interrupts scorers, which may well return something then.
        executor.shutdownNow();
        // What came in between; anything later is refused.
        endOpen();
    }

    private void endOpen() {
        open.forEach(CompletableFuture::complete);
    }

    private void expire(CompletableFuture<Answer> scored, Answer answer, long deadlineNanos) {
        if (!scored.isDone()) {
            long left = deadlineNanos - System.nanoTime();
            Future<?> expiry =
                    timer.schedule(() -> scored.complete(answer), left, TimeUnit.NANOSECONDS);
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
            double score = scorer.score(request, answer.completion().content());
            scored.complete(score >= 0 && score <= 1 ? answer.withScore(score) : answer);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("Could not score {}'s answer to {}", answer.model(), request.id(), e);
            scored.complete(answer);
        } catch (Error e) {
            scored.completeExceptionally(e);
        }
    }
}
