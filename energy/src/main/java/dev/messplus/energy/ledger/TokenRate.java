package dev.messplus.energy.ledger;

/**
 * Tokens per second of one answer, smoothed: the tokens of many answers over the time of all of
 * them, as the mean of their rates would say more of short answers than of the time. Not thread
 * safe.
 */
public final class TokenRate {

    /** Weight of the last answer. */
    private static final double SMOOTHING = 0.1;

    private double tokens;
    private double seconds;

    /** Learns from an answer, unless it took no time or its tokens are not known. */
    public void add(double answerTokens, double answerSeconds) {
        if (answerSeconds > 0 && answerTokens >= 0) {
            tokens += SMOOTHING * (answerTokens - tokens);
            seconds += SMOOTHING * (answerSeconds - seconds);
        }
    }

    /** {@code NaN} before the first answer. */
    public double perSecond() {
        return tokens / seconds;
    }
}
