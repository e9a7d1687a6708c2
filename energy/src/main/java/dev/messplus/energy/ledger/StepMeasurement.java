package dev.messplus.energy.ledger;

/**
 * A step of the counter, as it was measured.
 *
 * @param joules what the counter moved, at least 0
 * @param idleSeconds seconds of the step in which no call was in flight, at least 0
 * @param busySeconds the other seconds of the step, at least 0
 * @param unsureSquareSeconds sum of the squares of the busy seconds of the slots at both ends of
 *     the step, which may be in a neighbor instead
 */
record StepMeasurement(
        double joules, double idleSeconds, double busySeconds, double unsureSquareSeconds) {

    double seconds() {
        return idleSeconds + busySeconds;
    }

    /** Mean power, in watts. */
    double watts() {
        return joules / seconds();
    }
}
