package dev.messplus.energy;

/**
 * Splits energy over the calls in flight. What was charged to them is in a pool until they end and
 * claim their part; the last one to end takes what is left, so nothing is lost between them.
 *
 * <p>Not thread safe.
 */
abstract class Split {

    /** Calls in flight. */
    int inFlight;

    /** What calls in flight have taken so far, in joules. */
    double poolJoules;

    /** What turned out to be of others, in joules; for the ledger to take. */
    double othersJoules;

    /**
     * A call begins.
     *
     * @return what {@link #end} is to be given of it
     */
    abstract double begin(long nowNanos);

    /** Joules were used while at least one call was in flight. */
    abstract void charge(double joules);

    /**
     * A call ends.
     *
     * @param mark what its beginning gave
     * @param durationNanos how long it was in flight
     * @param tokens what it took, weighted; {@code NaN} if unknown
     * @return joules of it
     */
    abstract double end(double mark, long nowNanos, long durationNanos, double tokens);

    /** Others and we took so many tokens, weighted, as the model server counts. */
    void tokensServed(double tokens) {}

    /** Takes a part of the pool, all of it if this was the last call. */
    final double claim(double joules) {
        double claimed = inFlight == 0 ? poolJoules : Math.max(0, Math.min(joules, poolJoules));
        poolJoules -= claimed;
        return claimed;
    }

    /** Evenly at every moment. A call's part is what one call was charged between its ends. */
    static final class ByTime extends Split {

        private double joulesPerCall;

        @Override
        double begin(long nowNanos) {
            if (inFlight++ == 0) {
                joulesPerCall = 0;
            }
            return joulesPerCall;
        }

        @Override
        void charge(double joules) {
            poolJoules += joules;
            joulesPerCall += joules / inFlight;
        }

        @Override
        double end(double mark, long nowNanos, long durationNanos, double tokens) {
            inFlight--;
            return claim(joulesPerCall - mark);
        }
    }

    /**
     * By tokens. Of the energy that is not claimed yet, a call takes the share that its tokens are
     * of all tokens not claimed yet: its own, those that calls in flight are likely to have taken
     * by now, and those that the server counted beyond them, which are of others.
     */
    static final class ByTokens extends Split {

        /** Weight of the last call in the tokens per second of late. */
        private static final double RATE_SMOOTHING = 0.1;

        private double sumOfBeginSeconds;
        private double tokensPerSecond = Double.NaN;

        /** As the server counts, less what was claimed; below 0 while its page lags behind. */
        private double unclaimedTokens;

        private double claimedSincePage;
        private boolean counted;

        @Override
        double begin(long nowNanos) {
            if (inFlight++ == 0) {
                sumOfBeginSeconds = 0;
            }
            double seconds = nowNanos / 1e9;
            sumOfBeginSeconds += seconds;
            return seconds;
        }

        @Override
        void charge(double joules) {
            poolJoules += joules;
        }

        @Override
        double end(double mark, long nowNanos, long durationNanos, double tokens) {
            inFlight--;
            sumOfBeginSeconds -= mark;
            double seconds = durationNanos / 1e9;
            double own = taken(tokens, seconds);
            double ours = own + openTokens(nowNanos);
            double others = counted ? Math.max(0, unclaimedTokens - ours) : 0;
            double toOthers = others > 0 ? poolJoules * others / (ours + others) : 0;
            unclaimedTokens -= own + others;
            claimedSincePage += own;
            othersJoules += toOthers;
            poolJoules -= toOthers;
            return claim(ours > 0 ? poolJoules * own / ours : 0);
        }

        @Override
        void tokensServed(double tokens) {
            counted = true;
            // What was claimed before the page before this one is on it: if the server counts less
            // than we do, the difference must not hide others for good.
            unclaimedTokens = Math.max(unclaimedTokens + tokens, -claimedSincePage);
            claimedSincePage = 0;
            if (inFlight == 0) {
                unclaimedTokens = Math.min(unclaimedTokens, 0);
            }
        }

        /** Tokens of a call that ends; those it does not tell are taken to be as of late. */
        private double taken(double tokens, double seconds) {
            if (Double.isNaN(tokens)) {
                return rate() * seconds;
            }
            if (seconds > 0) {
                double rate = tokens / seconds;
                tokensPerSecond =
                        Double.isNaN(tokensPerSecond)
                                ? rate
                                : tokensPerSecond + RATE_SMOOTHING * (rate - tokensPerSecond);
            }
            return tokens;
        }

        /** What calls in flight are likely to have taken by now. */
        private double openTokens(long nowNanos) {
            double seconds = inFlight * (nowNanos / 1e9) - sumOfBeginSeconds;
            return Math.max(0, seconds) * rate();
        }

        /** Where no call has told its tokens yet, time has to do. */
        private double rate() {
            return Double.isNaN(tokensPerSecond) ? 1 : tokensPerSecond;
        }
    }
}
