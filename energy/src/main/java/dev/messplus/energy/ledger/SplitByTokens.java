package dev.messplus.energy.ledger;

/**
 * Splits busy seconds by tokens. All seconds go into one pool, which grows while calls are in
 * flight. A call that ends takes a share of the pool: its own tokens over all tokens that nobody
 * has paid for yet. Those are its own, the {@link OpenWork} of the other calls, and the tokens of
 * {@link OtherClients}. The last call takes all that is left. Calls of other JVMs are among these
 * clients if a page shows them. Otherwise, they are taken to work as the calls here do.
 *
 * <p>Tokens are weighted: a token of a prompt counts less than a token of an answer. Not thread
 * safe.
 */
final class SplitByTokens extends Split {

    private final OpenWork open = new OpenWork();
    private final OtherClients otherClients = new OtherClients();

    @Override
    Mark begin(long nowNanos, ExpectedWork work) {
        if (enter()) {
            open.clear();
            otherClients.firstCallBegins(nowNanos);
        }
        open.add(work, nowNanos, 1);
        return new Mark(nowNanos, openStep(), running.seconds(), Joules.NONE, work);
    }

    @Override
    void passOwn(double seconds, double middle) {
        running.pass(seconds, middle);
    }

    @Override
    double ownShare() {
        return inFlight() > 0 && otherClients.areCounted() ? 1 : super.ownShare();
    }

    @Override
    Charged end(Mark mark, long nowNanos, Work work) {
        otherClients.callsRunUntil(nowNanos);
        leave();
        open.add(mark.work(), mark.beginNanos(), -1);
        double seconds = mark.secondsUntil(nowNanos);
        double own = taken(mark.work(), work, seconds);
        double ours = own + openTokens(nowNanos);
        double theirs = otherClients.claim(own, ours);
        if (theirs > 0) {
            others.add(running.take(theirs / (ours + theirs)));
        }
        double expectedAtPage =
                open.tokens(
                        mark.work(), otherClients.secondsBeforePage(mark.beginNanos(), seconds));
        otherClients.callEnded(own, mark, expectedAtPage, seconds);
        double part = ours > 0 ? Math.min(1, own / ours) : 0;
        return running.take(inFlight() == 0 ? 1 : part);
    }

    @Override
    void giveBack(Charged charged) {
        running.add(charged);
    }

    @Override
    boolean tokensServed(double tokens, boolean countedAsProduced, long nowNanos) {
        if (inFlight() > 0) {
            otherClients.callsRunUntil(nowNanos);
        }
        var calls =
                new OtherClients.OpenCalls(inFlight(), openTokens(nowNanos), open.isRateKnown());
        return otherClients.addPage(tokens, countedAsProduced, nowNanos, calls);
    }

    /** Tokens of a call that ends; those that were expected if it did not report them. */
    private double taken(ExpectedWork expected, Work work, double seconds) {
        if (Double.isNaN(work.tokens())) {
            return open.tokens(expected, seconds);
        }
        open.learn(work.answerTokens(), work.seconds() < seconds ? work.seconds() : seconds);
        return work.tokens();
    }

    private double openTokens(long nowNanos) {
        return inFlight() == 0 ? 0 : open.tokens(nowNanos);
    }
}
