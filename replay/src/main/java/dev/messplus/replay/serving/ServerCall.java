package dev.messplus.replay.serving;

import java.util.function.Consumer;

/** A call at a simulated server: what is to be done, and how far it is. */
final class ServerCall {

    private final int promptTokens;
    private final int answerTokens;
    private final Consumer<ServerCall> whenDone;
    private int contextTokens;
    private int madeTokens;
    private long beganNanos = -1;
    private double trueJoules;
    private double trueSeconds;
    private double workSeconds;

    /**
     * A call that has not begun.
     *
     * @param cachedTokens tokens of the prompt that need not be computed; the last one always is
     * @param answerTokens tokens to make, at least 1
     * @param whenDone runs when the last token was made
     */
    ServerCall(
            int promptTokens, int cachedTokens, int answerTokens, Consumer<ServerCall> whenDone) {
        this.promptTokens = Math.max(1, promptTokens);
        this.answerTokens = answerTokens;
        this.whenDone = whenDone;
        this.contextTokens = Math.max(0, Math.min(cachedTokens, this.promptTokens - 1));
    }

    /** Tokens that are reserved for it. */
    int reservedTokens() {
        return promptTokens + answerTokens;
    }

    /** Tokens that it has in memory. */
    int contextTokens() {
        return contextTokens;
    }

    /** Tokens of the prompt that are not computed yet. */
    int prefillLeft() {
        return Math.max(0, promptTokens - contextTokens);
    }

    void begin(long nanos) {
        beganNanos = nanos;
    }

    /** Tokens of the prompt were computed; the last of them makes the first token of the answer. */
    void prefilled(int tokens) {
        contextTokens += tokens;
        if (prefillLeft() == 0) {
            madeTokens = 1;
        }
    }

    void decoded() {
        contextTokens++;
        madeTokens++;
    }

    /** Tokens of the answer that were made. */
    int madeTokens() {
        return madeTokens;
    }

    boolean isDone() {
        return madeTokens >= answerTokens;
    }

    void done(long nanos) {
        workSeconds = (nanos - beganNanos) / 1e9;
        whenDone.accept(this);
    }

    void used(double joules, double seconds) {
        trueJoules += joules;
        trueSeconds += seconds;
    }

    /** When the server began to work on it; -1 before. */
    long beganNanos() {
        return beganNanos;
    }

    /** How long the server has worked on it, once it is done, in seconds. */
    double workSeconds() {
        return workSeconds;
    }

    /** Its shares of the joules of all steps that it took part in. */
    double trueJoules() {
        return trueJoules;
    }

    /** The same shares of their time, in seconds. */
    double trueSeconds() {
        return trueSeconds;
    }
}
