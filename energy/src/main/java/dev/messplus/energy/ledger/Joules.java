package dev.messplus.energy.ledger;

/**
 * Joules that are known.
 *
 * @param total all of them
 * @param idle those among them that the device would have drawn without any call
 * @param variance of {@code total}, in square joules
 */
record Joules(double total, double idle, double variance) {

    static final Joules NONE = new Joules(0, 0, 0);

    Joules plus(Joules other) {
        return new Joules(total + other.total, idle + other.idle, variance + other.variance);
    }

    /** Takes out a part that was added before. */
    Joules minus(Joules part) {
        return new Joules(
                total - part.total, idle - part.idle, Math.max(0, variance - part.variance));
    }

    Joules times(double factor) {
        return new Joules(factor * total, factor * idle, factor * factor * variance);
    }
}
