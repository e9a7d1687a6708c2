package dev.messplus.energy.ledger;

/**
 * Idle energy that may be that of other clients: it is, for the part of the idle time in which the
 * token counters have shown some. A step of the counter may be longer than the time between two
 * pages of token counters, or shorter. Not thread safe.
 */
final class UnclaimedIdle {

    private double joules;

    /** Since the last page. */
    private double seconds;

    /** On the pages since joules were last claimed. */
    private double secondsOnPages;

    /** Those of pages that showed tokens of other clients. */
    private double secondsOfOthers;

    /** Adds seconds without a call in flight. */
    void pass(double idleSeconds) {
        seconds += idleSeconds;
    }

    void add(double idleJoules) {
        joules += idleJoules;
    }

    /**
     * Adds a page.
     *
     * @param hasOthers whether it shows tokens of other clients
     * @return joules that are theirs, at least 0
     */
    double addPage(boolean hasOthers) {
        secondsOnPages += seconds;
        secondsOfOthers += hasOthers ? seconds : 0;
        seconds = 0;
        if (joules <= 0 || secondsOnPages <= 0) {
            return 0;
        }
        double claimed = joules * secondsOfOthers / secondsOnPages;
        forgetPages();
        return claimed;
    }

    /** Forgets the open step, whose joules will never be known, and what has not been claimed. */
    void clear() {
        seconds = 0;
        forgetPages();
    }

    private void forgetPages() {
        joules = 0;
        secondsOnPages = 0;
        secondsOfOthers = 0;
    }
}
