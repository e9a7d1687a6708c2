package dev.messplus.energy.ledger;

/**
 * Splits busy seconds evenly at every moment. What grows is the share of one call; a call is
 * charged what it has grown from its begin to its end.
 *
 * <p>Not thread safe.
 */
final class SplitByTime extends Split {

    /** Joules given back to each call in flight, added up. */
    private Joules givenBack = Joules.NONE;

    @Override
    Mark begin(long nowNanos, ExpectedWork work) {
        enter();
        return new Mark(nowNanos, openStep(), running.seconds(), givenBack, work);
    }

    @Override
    void passOwn(double seconds, double middle) {
        running.pass(seconds / inFlight(), middle);
    }

    @Override
    Charged end(Mark mark, long nowNanos, Work work) {
        leave();
        return since(mark);
    }

    private Charged since(Mark mark) {
        Joules joules = givenBack.minus(mark.givenBack());
        BusySeconds before = mark.seconds();
        Step step = mark.step();
        // The seconds before the mark are in at most two steps. Those after them count together.
        for (; step.isClosed() && before.sum() > 0; step = step.next()) {
            double after = step.secondsAfter(before);
            double seconds = step.runningSeconds() - (before.sum() - after);
            joules = joules.plus(step.joules(seconds));
            before = BusySeconds.before(after);
        }
        joules = joules.plus(running.known().minus(step.before));
        return new Charged(joules, running.seconds().since(before));
    }

    @Override
    void giveBack(Charged charged) {
        Charged each = charged.times(1.0 / inFlight());
        givenBack = givenBack.plus(each.known());
        running.add(new Charged(Joules.NONE, each.seconds()));
    }
}
