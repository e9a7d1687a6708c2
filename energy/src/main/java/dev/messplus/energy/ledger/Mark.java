package dev.messplus.energy.ledger;

/**
 * Where a call began.
 *
 * @param beginNanos when, on the ledger's clock
 * @param step the step that was open
 * @param seconds busy seconds of that step until then, of a call in flight throughout
 * @param givenBack joules that had been given back until then to each call in flight
 * @param work what was expected of the call
 */
record Mark(long beginNanos, Step step, BusySeconds seconds, Joules givenBack, ExpectedWork work) {

    double secondsUntil(long nowNanos) {
        return (nowNanos - beginNanos) * 1e-9;
    }
}
