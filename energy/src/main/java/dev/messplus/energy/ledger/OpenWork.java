package dev.messplus.energy.ledger;

/**
 * What the calls in flight have probably taken, in weighted tokens: their prompts at once, and
 * their answers evenly over time. Not thread safe.
 */
final class OpenWork {

    private final TokenRate rate = new TokenRate();
    private double promptTokens;

    /** Rates of the calls whose rate is known, added up; and the same times when they began. */
    private double rates;

    private double ratesTimesBegin;

    /** Number of the other calls, and when they began, added up. */
    private int others;

    private double beginOfOthers;

    void clear() {
        promptTokens = 0;
        rates = 0;
        ratesTimesBegin = 0;
        others = 0;
        beginOfOthers = 0;
    }

    /** Adds a call, or takes it out if the sign is -1. */
    void add(ExpectedWork work, long beginNanos, int sign) {
        double begin = beginNanos * 1e-9;
        promptTokens += sign * work.promptTokens();
        if (Double.isNaN(work.tokensPerSecond())) {
            others += sign;
            beginOfOthers += sign * begin;
        } else {
            rates += sign * work.tokensPerSecond();
            ratesTimesBegin += sign * work.tokensPerSecond() * begin;
        }
    }

    /** Weighted tokens until now, of all calls in flight. */
    double tokens(long nowNanos) {
        double now = nowNanos * 1e-9;
        double answers = rates * now - ratesTimesBegin;
        double answersOfOthers = rate() * (others * now - beginOfOthers);
        return promptTokens + Math.max(0, answers) + Math.max(0, answersOfOthers);
    }

    /** Weighted tokens of one call after some seconds. */
    double tokens(ExpectedWork work, double seconds) {
        double known = work.tokensPerSecond();
        return work.promptTokens() + (Double.isNaN(known) ? rate() : known) * seconds;
    }

    /**
     * Learns the rate from a call that has reported its tokens.
     *
     * @param tokens weighted tokens of its answer
     */
    void learn(double tokens, double seconds) {
        rate.add(tokens, seconds);
    }

    boolean isRateKnown() {
        return !Double.isNaN(rate.perSecond());
    }

    private double rate() {
        return isRateKnown() ? rate.perSecond() : LedgerConstants.TYPICAL_TOKENS_PER_SECOND;
    }
}
