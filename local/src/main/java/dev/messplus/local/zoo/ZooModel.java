package dev.messplus.local.zoo;

/**
 * A model of the zoo, which answers a multiple-choice question with one of its options.
 *
 * <p>A model is used by one thread at a time. It computes on the calling thread only, so that the
 * CPU time of that thread is the cost of the answer, and it caches no answers.
 */
public interface ZooModel extends AutoCloseable {

    /**
     * Answers one prompt.
     *
     * @param prompt a question and lettered options, as {@link
     *     dev.messplus.local.questions.MultipleChoice} parses them
     * @return the chosen option with its letter, such as {@code "B) word"}
     * @throws IllegalArgumentException if the prompt is not a multiple-choice question
     */
    String answer(String prompt);

    /** Frees native memory. The model must not be used afterwards. Idempotent. */
    @Override
    void close();
}
