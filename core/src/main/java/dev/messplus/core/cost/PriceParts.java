package dev.messplus.core.cost;

/**
 * What the price of a request is made of, in joules. The parts add up to it.
 *
 * @param prefill for computing its prompt
 * @param decode for making its answer, at the load that the model is to have
 * @param failure for the failed calls that an answer of the model costs
 * @param waiting for the work that the model is behind
 * @param load the load that it is for: calls in flight on average, at least 0
 */
public record PriceParts(
        double prefill, double decode, double failure, double waiting, double load) {}
