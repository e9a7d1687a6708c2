package dev.messplus.energy.ledger;

/**
 * What a call is charged at the moment of its end.
 *
 * @param known joules that are known
 * @param seconds busy seconds that the open step will price
 */
record Charged(Joules known, BusySeconds seconds) {

    double joules() {
        return known.total();
    }

    Charged times(double factor) {
        return new Charged(known.times(factor), seconds.times(factor));
    }

    /**
     * Prices what waited for a step, up to what waits for the next one.
     *
     * @param closed the step, with a price
     */
    Charged price(Step closed) {
        double after = closed.secondsAfter(seconds);
        return new Charged(
                known.plus(closed.joules(seconds.sum() - after)),
                after > 0 ? BusySeconds.before(after) : BusySeconds.NONE);
    }
}
