package dev.messplus.energy.ledger;

/**
 * What a call is charged at the moment of its end.
 *
 * @param joules those that are known
 * @param variance of the known joules, in square joules
 * @param seconds busy seconds that the open step will price
 */
record Charged(double joules, double variance, BusySeconds seconds) {

    Charged times(double factor) {
        return new Charged(factor * joules, factor * factor * variance, seconds.times(factor));
    }
}
