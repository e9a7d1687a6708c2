package dev.messplus.energy.ledger;

/**
 * Our calls that are in flight at a moment.
 *
 * @param number how many there are
 * @param seconds how long they have been in flight, added up
 * @param tokensPerSecond weighted tokens per second that one of them takes
 * @param rateKnown whether {@code tokensPerSecond} comes from calls that reported their tokens
 */
record OpenCalls(int number, double seconds, double tokensPerSecond, boolean rateKnown) {}
