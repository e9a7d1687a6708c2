package dev.messplus.energy.ledger;

/**
 * Splits energy by tokens. A call that ends claims a share of the pool: its own tokens over all
 * tokens that are not claimed yet. Those are its own, the tokens that the other calls in flight
 * have probably taken by now, and the tokens of {@link OtherClients}.
 *
 * <p>Tokens are weighted: a token of a prompt counts less than a token of an answer. Not thread
 * safe.
 */
final class SplitByTokens extends Split {

    /** Weight of the last call in the smoothed rate of tokens. */
    private static final double RATE_SMOOTHING = 0.1;

    /** Stands in for the rate before any call has reported its tokens: calls then share by time. */
    private static final double ANY_RATE = 1;

    private final OtherClients others = new OtherClients();
    private double sumOfBeginSeconds;

    /** Smoothed tokens per second of one of our calls. */
    private double tokensPerSecond = Double.NaN;

    @Override
    double begin(long nowNanos) {
        if (enter()) {
            sumOfBeginSeconds = 0;
            others.firstCallBegins(nowNanos);
        }
        double seconds = nowNanos / 1e9;
        sumOfBeginSeconds += seconds;
        return seconds;
    }

    @Override
    double end(double mark, long nowNanos, long durationNanos, double tokens) {
        others.callsRunUntil(nowNanos);
        leave();
        sumOfBeginSeconds -= mark;
        double seconds = durationNanos / 1e9;
        double own = taken(tokens, seconds);
        double ours = own + rate() * openSeconds(nowNanos);
        double theirs = others.claim(own, ours);
        claimForOthers(theirs > 0 ? poolJoules() * (theirs / (ours + theirs)) : 0);
        others.callEnded(own, mark, seconds);
        return claim(ours > 0 ? poolJoules() * (own / ours) : 0);
    }

    @Override
    boolean tokensServed(double tokens, boolean countedAsProduced, long nowNanos) {
        if (inFlight() > 0) {
            others.callsRunUntil(nowNanos);
        }
        var openCalls = new OpenCalls(inFlight(), openSeconds(nowNanos), rate(), isRateKnown());
        return others.addPage(tokens, countedAsProduced, nowNanos, openCalls);
    }

    /** Tokens of a call that ends; estimated by the smoothed rate if they are not known. */
    private double taken(double tokens, double seconds) {
        if (Double.isNaN(tokens)) {
            return rate() * seconds;
        }
        if (seconds > 0) {
            double rate = tokens / seconds;
            tokensPerSecond =
                    isRateKnown()
                            ? tokensPerSecond + RATE_SMOOTHING * (rate - tokensPerSecond)
                            : rate;
        }
        return tokens;
    }

    /** How long the calls in flight have been in flight, added up. */
    private double openSeconds(long nowNanos) {
        return Math.max(0, inFlight() * (nowNanos / 1e9) - sumOfBeginSeconds);
    }

    private double rate() {
        return isRateKnown() ? tokensPerSecond : ANY_RATE;
    }

    private boolean isRateKnown() {
        return !Double.isNaN(tokensPerSecond);
    }
}
