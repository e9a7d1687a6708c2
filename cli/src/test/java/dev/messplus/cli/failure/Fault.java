package dev.messplus.cli.failure;

import java.util.function.Predicate;

/**
 * A fault that strikes under load and is repaired.
 *
 * @param name name in the table
 * @param strike how it strikes
 * @param condition on which stages it can strike
 */
record Fault(String name, Strike strike, Predicate<Stage> condition) {

    /** A fault that can strike everywhere. */
    Fault(String name, Strike strike) {
        this(name, strike, stage -> true);
    }

    /** The same fault, which can strike where a condition holds. */
    Fault where(Predicate<Stage> onlyIf) {
        return new Fault(name, strike, onlyIf);
    }

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
