package dev.messplus.energy.ledger;

/**
 * Tokens per second of an answer, as the mean over tokens of the rate of the answer that they are
 * in. Answers in flight are mostly long ones, of which the mean over answers would say little. Not
 * thread safe.
 */
public final class TokenRate {

    private double tokens;
    private double tokensTimesRate;

    /** Learns from an answer, unless it took no time or its tokens are not known. */
    public void add(double answerTokens, double seconds) {
        if (seconds > 0 && answerTokens >= 0) {
            double keep =
                    LedgerConstants.TOKEN_RATE_MEMORY_TOKENS
                            / (LedgerConstants.TOKEN_RATE_MEMORY_TOKENS + answerTokens);
            tokens = keep * tokens + answerTokens;
            tokensTimesRate = keep * tokensTimesRate + answerTokens * answerTokens / seconds;
        }
    }

    /** {@code NaN} before the first answer. */
    public double perSecond() {
        return tokensTimesRate / tokens;
    }
}
