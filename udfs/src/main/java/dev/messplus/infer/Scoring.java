package dev.messplus.infer;

import dev.messplus.infer.call.Answer;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.record.PromptRequest;
import dev.messplus.sharing.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores answers: short ones at once, and longer ones on its own threads, because they would delay
 * the threads that call servers. An answer is served even if scoring it fails or takes too long.
 */
final class Scoring {

    private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);

    /**
     * Answer and references of at most this length, in characters, are scored at once: any metric
     * takes less time for them than a change of threads.
     */
    private static final int SHORT_CHARS = 256;

    private final Scorer scorer;
    private final Executor executor;
    private final Deadlines deadlines;

    /**
     * Scores answers.
     *
     * @param executor runs the scorer
     */
    Scoring(Scorer scorer, Executor executor, Deadlines deadlines) {
        this.scorer = scorer;
        this.executor = executor;
        this.deadlines = deadlines;
    }

    /**
     * Scores one answer.
     *
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by the deadline with the answer, which has a score if the request has
     *     references, the answer has a {@linkplain dev.messplus.infer.openai.Completion#textToScore
     *     text}, and scoring succeeded in time
     */
    CompletableFuture<Answer> score(PromptRequest request, Answer answer, long deadlineNanos) {
        if (!answer.ok()
                || request.references().isEmpty()
                || answer.completion().textToScore() == null) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Answer> scored = new CompletableFuture<>();
        if (isShort(request, answer)) {
            score(request, answer, scored);
            return scored;
        }
        try {
            executor.execute(() -> score(request, answer, scored));
        } catch (RuntimeException | OutOfMemoryError e) {
            // No thread could be started, or the job is stopping.
            LOG.warn("Could not score {}'s answer to {}", answer.model(), request.id(), e);
            scored.complete(answer);
        }
        if (!scored.isDone()) {
            Deadline deadline = deadlines.at(deadlineNanos, () -> scored.complete(answer));
            Futures.whenComplete(scored, (done, bug) -> deadline.cancel());
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

    private void score(PromptRequest request, Answer answer, CompletableFuture<Answer> scored) {
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
