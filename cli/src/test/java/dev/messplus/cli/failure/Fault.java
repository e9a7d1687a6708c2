package dev.messplus.cli.failure;

/**
 * Something that goes wrong while requests flow, and is put right again.
 *
 * @param name for the table
 */
record Fault(String name, Strike strike) {

    /** How it happens. */
    @FunctionalInterface
    interface Strike {

        /**
         * Strikes and puts right what does not come right by itself.
         *
         * @return from when on recovery counts, in milliseconds since the epoch
         */
        long at(Trial trial) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
