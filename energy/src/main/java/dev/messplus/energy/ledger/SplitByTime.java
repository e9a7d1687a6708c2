package dev.messplus.energy.ledger;

/**
 * Splits the busy seconds of a model evenly at every moment. What grows is the share of one call; a
 * call is charged what it has grown from its begin to its end.
 *
 * <p>Not thread safe.
 */
final class SplitByTime extends Split {

    SplitByTime(ModelPrices prices) {
        super(prices);
    }

    @Override
    Mark begin(long nowNanos, ExpectedWork work) {
        ModelCalls model = enter(work);
        return new Mark(nowNanos, model.openStep(), model.running.seconds(), model.givenBack, work);
    }

    @Override
    void passOwn(ModelCalls model, double seconds, double middle) {
        model.running.pass(seconds / model.inFlight, middle);
    }

    @Override
    Charged end(Mark mark, long nowNanos, Work work) {
        return since(mark, leave(mark));
    }

    private static Charged since(Mark mark, ModelCalls model) {
        Joules joules = model.givenBack.minus(mark.givenBack());
        BusySeconds before = mark.seconds();
        Step step = mark.step();
        // The seconds before the mark are in at most two steps. Those after them count together.
        for (; step.isClosed() && before.sum() > 0; step = step.next()) {
            double after = step.secondsAfter(before);
            double seconds = step.runningSeconds() - (before.sum() - after);
            joules = joules.plus(step.joules(seconds));
            before = BusySeconds.before(after);
        }
        joules = joules.plus(model.running.known().minus(step.before));
        return new Charged(joules, model.running.seconds().since(before));
    }

    @Override
    void giveBack(ModelCalls model, Charged charged) {
        Charged each = charged.times(1.0 / model.inFlight);
        model.givenBack = model.givenBack.plus(each.known());
        model.running.add(new Charged(Joules.NONE, each.seconds()));
    }
}
