package dev.messplus.local.zoo;

/**
 * A model of the zoo: it reads a multiple-choice question as a prompt and answers with an option.
 *
 * <p>A model belongs to one thread at a time. It works on the calling thread alone, so that the CPU
 * time of that thread is what an answer costs, and computes every answer afresh.
 */
public interface ZooModel extends AutoCloseable {

    /**
     * Answers one prompt.
     *
     * @param prompt a question and lettered options, as {@link MultipleChoice} reads them
     * @return the chosen option with its letter, as in {@code "B) word"}
     * @throws IllegalArgumentException if the prompt is not a multiple-choice question
     */
    String answer(String prompt);

    /** Frees native memory; further calls are undefined. Idempotent. */
    @Override
    void close();
}
