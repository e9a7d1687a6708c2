package dev.messplus.score;

import java.util.concurrent.CompletableFuture;

/**
 * Scores answers. Called by several threads at a time.
 *
 * <p>A scorer that calls a service or a model must not block the thread that it is called on. It
 * need not keep the deadline, because nobody waits for it any longer: what it returned is then
 * canceled.
 */
@FunctionalInterface
public interface Scorer extends AutoCloseable {

    /**
     * Scores an answer.
     *
     * @param deadlineNanos until when the score is waited for, on the clock of {@link
     *     System#nanoTime}
     * @return the score; completes exceptionally, with a {@link ScoringException} if the cause is
     *     known, if there is none
     */
    CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos);

    /**
     * Whether scoring this answer takes less time than a change of threads, so that the thread
     * which reads from the model server may do it.
     */
    default boolean isQuick(AnsweredRequest answered) {
        return false;
    }

    /** Frees what it holds. */
    @Override
    default void close() throws Exception {}
}
