package dev.messplus.energy.ledger;

/**
 * Splits busy seconds by tokens. Seconds go into a pool. A call that ends takes a share of the
 * pool: its own tokens over all tokens that nobody has paid for yet. Those are its own, the {@link
 * OpenWork} of the other calls, and the tokens of {@link OtherClients}. The last call takes all
 * that is left.
 *
 * <p>Tokens are weighted: a token of a prompt counts less than a token of an answer. Not thread
 * safe.
 */
final class SplitByTokens extends Split {

    private final Amount pool = new Amount();
    private final Amount others = new Amount();
    private final OpenWork open = new OpenWork();
    private final OtherClients otherClients = new OtherClients();

    @Override
    Mark begin(long nowNanos, ExpectedWork work) {
        if (enter()) {
            open.clear();
            otherClients.firstCallBegins(nowNanos);
        }
        open.add(work, nowNanos);
        return new Mark(nowNanos, openStep(), pool.seconds(slot()), 0, work);
    }

    @Override
    void pass(double seconds, double middle) {
        pool.pass(seconds, middle);
    }

    @Override
    void endSlot() {
        super.endSlot();
        pool.endSlot();
        others.endSlot();
    }

    /** All calls together are charged what is in the pool. */
    @Override
    Amount running() {
        return pool;
    }

    @Override
    void price(Step closed) {
        pool.price(closed, slot());
        others.price(closed, slot());
    }

    @Override
    Charged end(Mark mark, long nowNanos, Work work) {
        otherClients.callsRunUntil(nowNanos);
        leave();
        open.remove(mark.work(), mark.beginNanos());
        double seconds = mark.secondsUntil(nowNanos);
        double own = taken(mark.work(), work, seconds);
        double ours = own + openTokens(nowNanos);
        double theirs = otherClients.claim(own, ours);
        if (theirs > 0) {
            others.add(pool.take(theirs / (ours + theirs), slot()));
        }
        double expectedAtPage =
                open.tokens(
                        mark.work(), otherClients.secondsBeforePage(mark.beginNanos(), seconds));
        otherClients.callEnded(own, mark, expectedAtPage, seconds);
        double part = ours > 0 ? Math.min(1, own / ours) : 0;
        return pool.take(inFlight() == 0 ? 1 : part, slot());
    }

    @Override
    boolean giveBack(Charged charged) {
        if (inFlight() == 0) {
            return false;
        }
        pool.add(charged);
        return true;
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

    @Override
    double takeOthersJoules() {
        return others.takeJoules();
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
