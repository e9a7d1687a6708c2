package dev.messplus.energy;

/**
 * Splits energy by tokens. Of what is not claimed yet, a call takes the share that its tokens are
 * of all tokens not claimed yet: its own, those that calls in flight are likely to have taken by
 * now, and those of others: what the model server counted beyond ours, and is likely to have served
 * others since it was last looked at.
 *
 * <p>Not thread safe.
 */
final class SplitByTokens extends Split {

    /** Weight of the last call in the tokens per second of late. */
    private static final double RATE_SMOOTHING = 0.1;

    /** Weight of the last page in the tokens per second of others. */
    private static final double OTHERS_SMOOTHING = 0.25;

    /** What a server may count beside us, as a share, that is no sign of others. */
    private static final double MISCOUNT = 0.1;

    private double sumOfBeginSeconds;
    private long busySinceNanos;

    /** Of a call, of late. */
    private double tokensPerSecond = Double.NaN;

    /** Of others, of late; below 0 where the server counts less than we do. */
    private double othersPerSecond = Double.NaN;

    /** As the server counts, less what was claimed; below 0 while its page lags behind. */
    private double unclaimedTokens;

    /** Whether tokens were ever counted, when last, and how. */
    private boolean counted;

    private long pageNanos;
    private boolean asTheyCome;

    /** How long calls that are still in flight had been by then. */
    private double openSecondsAtPage;

    /** How long there were any since then. */
    private long busyNanosSincePage;

    /** What was claimed since then for us, and for others ahead of the next page. */
    private double ownSincePage;

    private double othersSincePage;

    /** What of {@link #ownSincePage} was taken since then. */
    private double takenSincePage;

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
        double seconds = durationNanos / 1e9;
        double own = taken(tokens, seconds);
        double ours = own + rate() * openSeconds(nowNanos);
        double others = claimForOthers(own, ours);
        double toOthers = others > 0 ? poolJoules * (others / (ours + others)) : 0;
        othersJoules += toOthers;
        poolJoules -= toOthers;
        noteOwn(own, seconds, Math.max(0, pageNanos / 1e9 - mark));
        return claim(ours > 0 ? poolJoules * (own / ours) : 0);
    }

    @Override
    boolean tokensServed(double tokens, boolean asTheyCome, long nowNanos) {
        beBusyUntil(nowNanos);
        this.asTheyCome = asTheyCome;
        double openSeconds = openSeconds(nowNanos);
        boolean ofOthers = false;
        if (counted) {
            ofOthers = countOthers(tokens, openSeconds, (nowNanos - pageNanos) / 1e9);
            // What was claimed before the page before this one is on it: if the server counts less
            // than we do, the difference must not hide others for good.
            unclaimedTokens = Math.max(unclaimedTokens + tokens, -(ownSincePage + othersSincePage));
            if (inFlight == 0) {
                unclaimedTokens = Math.min(unclaimedTokens, 0);
            }
        } else {
            // The server counts from here on: what calls have taken before is on no page.
            unclaimedTokens = asTheyCome ? rate() * openSeconds : 0;
        }
        counted = true;
        pageNanos = nowNanos;
        openSecondsAtPage = openSeconds;
        busyNanosSincePage = 0;
        ownSincePage = 0;
        othersSincePage = 0;
        takenSincePage = 0;
        return ofOthers;
    }

    /** Tokens of others to charge energy to now, which are claimed with those of the call. */
    private double claimForOthers(double own, double ours) {
        double uncounted = othersPerSecond > 0 ? othersPerSecond * busyNanosSincePage / 1e9 : 0;
        double countedOfOurs = asTheyCome ? ours : own;
        double others = counted ? Math.max(0, unclaimedTokens + uncounted - countedOfOurs) : 0;
        unclaimedTokens -= own + others;
        othersSincePage += Math.min(others, uncounted);
        return others;
    }

    private void noteOwn(double own, double seconds, double secondsToPage) {
        double secondsBefore = Math.min(seconds, secondsToPage);
        openSecondsAtPage -= secondsBefore;
        ownSincePage += own;
        takenSincePage += seconds > 0 ? own * (seconds - secondsBefore) / seconds : own;
    }

    /** Whether of the tokens on a page some were of others. */
    private boolean countOthers(double tokens, double openSeconds, double seconds) {
        if (inFlight > 0 && !isRateKnown()) {
            return false;
        }
        double ours =
                asTheyCome
                        ? takenSincePage + rate() * (openSeconds - openSecondsAtPage)
                        : ownSincePage;
        double others = tokens - ours;
        if (seconds > 0) {
            smoothOthers(others / seconds);
            // The energy of those who were served while we were idle is not in the pool.
            double idle = Math.max(0, 1 - busyNanosSincePage / 1e9 / seconds);
            unclaimedTokens -= Math.max(0, others) * idle;
        }
        // By how much we may be wrong depends on all that our calls took, on whichever page.
        return others > MISCOUNT * (tokens + ownSincePage);
    }

    private void smoothOthers(double perSecond) {
        othersPerSecond =
                Double.isNaN(othersPerSecond)
                        ? perSecond
                        : othersPerSecond + OTHERS_SMOOTHING * (perSecond - othersPerSecond);
    }

    private void beBusyUntil(long nowNanos) {
        if (inFlight > 0) {
            busyNanosSincePage += nowNanos - busySinceNanos;
            busySinceNanos = nowNanos;
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
                    isRateKnown()
                            ? tokensPerSecond + RATE_SMOOTHING * (rate - tokensPerSecond)
                            : rate;
        }
        return tokens;
    }

    /** How long the calls in flight have been, together. */
    private double openSeconds(long nowNanos) {
        return Math.max(0, inFlight * (nowNanos / 1e9) - sumOfBeginSeconds);
    }

    /** Where no call has told its tokens yet, time has to do. */
    private double rate() {
        return isRateKnown() ? tokensPerSecond : 1;
    }

    private boolean isRateKnown() {
        return !Double.isNaN(tokensPerSecond);
    }
}
