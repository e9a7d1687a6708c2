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

    /**
     * Others and we took so many tokens, weighted, as the model server counts.
     *
     * @return whether some of them were of others
     */
    boolean tokensServed(double tokens, long nowNanos) {
        return false;
    }

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
     * by now, and those of others: what the server counted beyond them, and is likely to have
     * served others since.
     */
    static final class ByTokens extends Split {

        /** Weight of the last call in the tokens per second of late. */
        private static final double RATE_SMOOTHING = 0.1;

        /** Weight of the last page in the tokens per second of others. */
        private static final double OTHERS_SMOOTHING = 0.25;

        /** What a server may count beside us, as a share, that is no sign of others. */
        private static final double MISCOUNT = 0.1;

        private double sumOfBeginSeconds;
        private double tokensPerSecond = Double.NaN;

        /** As the server counts, less what was claimed; below 0 while its page lags behind. */
        private double unclaimedTokens;

        /** When tokens were last counted. */
        private long pageNanos;

        /** What calls in flight were likely to have taken by then; {@code NaN} if unknown. */
        private double openAtPage;

        private boolean counted;

        /** What was claimed since then for us, and for others ahead of the next page. */
        private double ownSincePage;

        private double othersSincePage;

        /** How long calls were in flight since then. */
        private long busyNanosSincePage;

        private long busySinceNanos;

        /** Of late; below 0 where the server counts less than we do. */
        private double othersPerSecond = Double.NaN;

        @Override
        double begin(long nowNanos) {
            if (inFlight++ == 0) {
                sumOfBeginSeconds = 0;
                busySinceNanos = nowNanos;
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
            beBusyUntil(nowNanos);
            inFlight--;
            sumOfBeginSeconds -= mark;
            double own = taken(tokens, durationNanos / 1e9);
            double ours = own + openTokens(nowNanos);
            double uncounted = uncounted();
            double others = counted ? Math.max(0, unclaimedTokens + uncounted - ours) : 0;
            double toOthers = others > 0 ? poolJoules * (others / (ours + others)) : 0;
            unclaimedTokens -= own + others;
            ownSincePage += own;
            othersSincePage += Math.min(others, uncounted);
            othersJoules += toOthers;
            poolJoules -= toOthers;
            return claim(ours > 0 ? poolJoules * (own / ours) : 0);
        }

        @Override
        boolean tokensServed(double tokens, long nowNanos) {
            beBusyUntil(nowNanos);
            double open = inFlight == 0 || isRateKnown() ? openTokens(nowNanos) : Double.NaN;
            double others = tokens - ownSincePage - (open - openAtPage);
            double seconds = (nowNanos - pageNanos) / 1e9;
            if (!counted) {
                // The server counts from here on: what calls have taken before is on no page.
                unclaimedTokens = openTokens(nowNanos);
            }
            if (counted && seconds > 0 && !Double.isNaN(others)) {
                smoothOthers(others / seconds);
                // The energy of those who were served while we were idle is not in the pool.
                double idle = Math.max(0, 1 - busyNanosSincePage / 1e9 / seconds);
                unclaimedTokens -= Math.max(0, others) * idle;
            }
            // What was claimed before the page before this one is on it: if the server counts less
            // than we do, the difference must not hide others for good.
            unclaimedTokens = Math.max(unclaimedTokens + tokens, -(ownSincePage + othersSincePage));
            if (inFlight == 0) {
                unclaimedTokens = Math.min(unclaimedTokens, 0);
            }
            counted = true;
            pageNanos = nowNanos;
            openAtPage = open;
            ownSincePage = 0;
            othersSincePage = 0;
            busyNanosSincePage = 0;
            return Math.min(others, tokens) > MISCOUNT * tokens;
        }

        private void beBusyUntil(long nowNanos) {
            if (inFlight > 0) {
                busyNanosSincePage += nowNanos - busySinceNanos;
                busySinceNanos = nowNanos;
            }
        }

        /** What others were likely to be served since the last page, while we were as well. */
        private double uncounted() {
            return othersPerSecond > 0 ? othersPerSecond * busyNanosSincePage / 1e9 : 0;
        }

        private void smoothOthers(double perSecond) {
            othersPerSecond =
                    Double.isNaN(othersPerSecond)
                            ? perSecond
                            : othersPerSecond + OTHERS_SMOOTHING * (perSecond - othersPerSecond);
        }

        /** Tokens of a call that ends; those it does not tell are taken to be as of late. */
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

        /** What calls in flight are likely to have taken by now. */
        private double openTokens(long nowNanos) {
            double seconds = inFlight * (nowNanos / 1e9) - sumOfBeginSeconds;
            return Math.max(0, seconds) * rate();
        }

        /** Where no call has told its tokens yet, time has to do. */
        private double rate() {
            return isRateKnown() ? tokensPerSecond : 1;
        }

        private boolean isRateKnown() {
            return !Double.isNaN(tokensPerSecond);
        }
    }
}
