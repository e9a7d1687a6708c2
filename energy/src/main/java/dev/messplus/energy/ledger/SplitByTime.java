package dev.messplus.energy.ledger;

/**
 * Splits busy seconds evenly at every moment. The share of a call is what one call was charged from
 * its begin to its end.
 *
 * <p>Not thread safe.
 */
final class SplitByTime extends Split {

    private final Amount perCall = new Amount();

    /** Joules given back to each call in flight, added up. */
    private double givenBack;

    @Override
    Mark begin(long nowNanos, ExpectedWork work) {
        enter();
        return new Mark(nowNanos, openStep(), perCall.seconds(slot()), givenBack, work);
    }

    @Override
    void pass(double seconds, double middle) {
        perCall.pass(seconds / inFlight(), middle);
    }

    @Override
    void endSlot() {
        super.endSlot();
        perCall.endSlot();
    }

    @Override
    Amount running() {
        return perCall;
    }

    @Override
    void price(Step closed) {
        perCall.price(closed, slot());
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
        joules += perCall.joules() - step.joulesBefore;
        variance += perCall.variance() - step.varianceBefore;
        BusySeconds unpriced = perCall.seconds(slot()).since(before);
        return new Charged(joules, Math.max(0, variance), unpriced);
    }

    @Override
    boolean giveBack(Charged charged) {
        if (inFlight() == 0) {
            return false;
        }
        Charged each = charged.times(1.0 / inFlight());
        givenBack += each.joules();
        perCall.add(new Charged(0, 0, each.seconds()));
        return true;
    }
}
