package dev.messplus.cli.failure;

/**
 * A fault that strikes under load and is repaired.
 *
 * @param name name in the table
 * @param strike how it strikes
 */
record Fault(String name, Strike strike) {

    /** Strikes jobs under load. */
    @FunctionalInterface
    interface Strike {

        /**
         * Strikes, and repairs what does not recover by itself.
         *
         * @return start of the recovery, in milliseconds since the epoch
         */
        long at(Trials trials) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
