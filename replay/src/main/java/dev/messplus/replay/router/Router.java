package dev.messplus.replay.router;

/**
 * A router for one run. It sees prompts as vectors, and knows only what it learns. It belongs to
 * one thread, and is deterministic by the seed of its {@link RouterSetting}.
 */
public interface Router {

    /**
     * Chooses for the next prompt.
     *
     * @param x features of the prompt, of {@link RouterSetting#features} elements, the first of
     *     which is 1; not changed afterwards by anyone
     */
    RouterChoice choose(double[] x);

    /**
     * Learns from an earlier choice. Called once for every choice, in any order: when the labels
     * come, or when they are given up, in which case the outcome is not {@link
     * RouterOutcome#isLabelled}.
     */
    void learn(RouterOutcome outcome);
}
