package dev.messplus.energy.ledger;

/**
 * Splits busy seconds evenly at every moment. What grows is the share of one call; a call is
 * charged what it has grown from its begin to its end.
 *
 * <p>Not thread safe.
 */
final class SplitByTime extends Split {

    /** Joules given back to each call in flight, added up. */
    private double givenBack;

    @Override
    Mark begin(long nowNanos, ExpectedWork work) {
        enter();
        return new Mark(nowNanos, openStep(), running.seconds(), givenBack, work);
    }

    @Override
    void pass(double seconds, double middle) {
        running.pass(seconds / inFlight(), middle);
    }

    @Override
    Charged end(Mark mark, long nowNanos, Work work) {
        leave();
        return since(mark);
    }

    private Charged since(Mark mark) {
        double joules = givenBack - mark.givenBack();
        double variance = 0;
        BusySeconds before = mark.seconds();
        Step step = mark.step();
        // The seconds before the mark are in at most two steps. Those after them count together.
        for (; step.isClosed() && before.sum() > 0; step = step.next()) {
            double after = step.secondsAfter(before);
            double seconds = step.runningSeconds() - (before.sum() - after);
            joules += step.joules(seconds);
            variance += step.variance(seconds);
            before = BusySeconds.before(after);
        }
        joules += running.joules() - step.joulesBefore;
        variance += running.variance() - step.varianceBefore;
        BusySeconds unpriced = running.seconds().since(before);
        return new Charged(joules, Math.max(0, variance), unpriced);
    }

    @Override
    void giveBack(Charged charged) {
        Charged each = charged.times(1.0 / inFlight());
        givenBack += each.joules();
        running.add(new Charged(0, 0, each.seconds()));
    }
}
