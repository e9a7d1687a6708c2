package dev.messplus.core.account;

/** What became of joules that belong to a decision which does not count. */
public enum Booking {
    /** They were new and are in the sums. */
    BOOKED,
    /** They are in the sums already, or there were none; nothing changed. */
    NOTHING_NEW,
    /** The request was repeated too often to keep its answers apart; nothing changed. */
    OVERFLOW
}
