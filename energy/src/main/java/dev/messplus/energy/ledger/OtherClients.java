package dev.messplus.energy.ledger;

/**
 * The tokens of other clients: what the model servers on a device have counted beyond ours, and,
 * since their counters were last read, what other clients have probably taken at their smoothed
 * rate.
 *
 * <p>A call does not know which of the counted tokens are its own, so tokens are counted as
 * unclaimed when they appear on a page and are claimed when a call ends. Until the counters have
 * been read once there are no other clients. Tokens are weighted, also by their models. Not thread
 * safe.
 */
final class OtherClients {

    /** Smoothed; negative if the servers count less than we do. */
    private double tokensPerSecond = Double.NaN;

    /** Counted and not claimed yet; negative while the page lags behind our calls. */
    private double unclaimedTokens;

    /** Whether there has been a page; the following fields are about the last one. */
    private boolean counted;

    private long pageNanos;
    private boolean countedAsProduced;

    /** What the calls that are still in flight had probably taken at the page. */
    private double openTokensAtPage;

    /** How long at least one of our calls has been in flight since the page. */
    private long busyNanosSincePage;

    private long busySinceNanos;

    /** Tokens claimed since the page for our calls. */
    private double ownSincePage;

    /** Tokens claimed since the page for other clients, before a page has shown them. */
    private double othersSincePage;

    /** The part of {@link #ownSincePage} that was also taken since the page. */
    private double takenSincePage;

    /**
     * Our calls that are in flight at a moment.
     *
     * @param number how many there are
     * @param tokens weighted tokens that they have probably taken
     * @param rateKnown whether that comes from calls that reported their tokens
     */
    record OpenCalls(int number, double tokens, boolean rateKnown) {}

    /** Whether there has been a page. */
    boolean areCounted() {
        return counted;
    }

    /** The first of our calls begins; there was none in flight. */
    void firstCallBegins(long nowNanos) {
        busySinceNanos = nowNanos;
    }

    /** At least one of our calls has been in flight until now. */
    void callsRunUntil(long nowNanos) {
        busyNanosSincePage += nowNanos - busySinceNanos;
        busySinceNanos = nowNanos;
    }

    /**
     * Claims the tokens of a call that ends, and with them those of other clients.
     *
     * @param own tokens of the call
     * @param ours the same and what our other calls have probably taken by now
     * @return tokens of other clients, at least 0
     */
    double claim(double own, double ours) {
        double uncounted = tokensPerSecond > 0 ? tokensPerSecond * busyNanosSincePage / 1e9 : 0;
        double countedOfOurs = countedAsProduced ? ours : own;
        double others = counted ? Math.max(0, unclaimedTokens + uncounted - countedOfOurs) : 0;
        unclaimedTokens -= own + others;
        othersSincePage += Math.min(others, uncounted);
        return others;
    }

    /** For how many of the seconds of a call that ends it was in flight before the last page. */
    double secondsBeforePage(long beginNanos, double seconds) {
        return counted ? Math.min(seconds, Math.max(0, (pageNanos - beginNanos) / 1e9)) : 0;
    }

    /**
     * Notes which part of a call that has ended came after the last page.
     *
     * @param own tokens of the call
     * @param weight what a token of its model counts
     * @param mark where it began
     * @param expectedAtPage what was expected of it until the page
     * @param seconds how long it took
     */
    void callEnded(double own, double weight, Mark mark, double expectedAtPage, double seconds) {
        double ownBefore = 0;
        if (counted && mark.beginNanos() < pageNanos) {
            openTokensAtPage -= expectedAtPage;
            double prompt = Math.min(own, weight * mark.work().promptTokens());
            double part = seconds > 0 ? secondsBeforePage(mark.beginNanos(), seconds) / seconds : 1;
            ownBefore = prompt + (own - prompt) * part;
        }
        ownSincePage += own;
        takenSincePage += own - ownBefore;
    }

    /**
     * Adds a page.
     *
     * @param tokens what the servers have counted since the last page
     * @param asProduced whether the servers count a token when it is produced, not when the answer
     *     is done
     * @param open our calls in flight
     * @return whether some of the tokens were those of other clients
     */
    boolean addPage(double tokens, boolean asProduced, long nowNanos, OpenCalls open) {
        countedAsProduced = asProduced;
        boolean hasOthers = false;
        if (counted) {
            hasOthers = countOthers(tokens, (nowNanos - pageNanos) / 1e9, open);
            // What was claimed before the last page is on this one by now. If the servers count
            // less than we do, the difference must not hide other clients forever.
            unclaimedTokens = Math.max(unclaimedTokens + tokens, -(ownSincePage + othersSincePage));
            if (open.number() == 0) {
                unclaimedTokens = Math.min(unclaimedTokens, 0);
            }
        } else {
            // What calls in flight have taken before the first page is on no page.
            unclaimedTokens = asProduced ? open.tokens() : 0;
        }
        counted = true;
        pageNanos = nowNanos;
        openTokensAtPage = open.tokens();
        busyNanosSincePage = 0;
        ownSincePage = 0;
        othersSincePage = 0;
        takenSincePage = 0;
        return hasOthers;
    }

    private boolean countOthers(double tokens, double seconds, OpenCalls open) {
        if (open.number() > 0 && !open.rateKnown()) {
            return false;
        }
        double ours =
                countedAsProduced
                        ? takenSincePage + open.tokens() - openTokensAtPage
                        : ownSincePage;
        double others = tokens - ours;
        if (seconds > 0) {
            tokensPerSecond =
                    Smoothed.towards(
                            tokensPerSecond, others / seconds, LedgerConstants.OTHERS_SMOOTHING);
            // While none of our calls was in flight, the energy of others went to no pool.
            double idle = Math.max(0, 1 - busyNanosSincePage / 1e9 / seconds);
            unclaimedTokens -= Math.max(0, others) * idle;
        }
        // The error grows with all tokens of our calls, on whichever page they are.
        return others > LedgerConstants.MISCOUNT * (tokens + ownSincePage);
    }
}
