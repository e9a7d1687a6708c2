package dev.messplus.replay.outcome;

/**
 * A zoo of {@link RandomZoos} on the prompts of some traffic.
 *
 * @param number from 1
 * @param traffic the prompts, each with the drawn answer of every model; the kind of a request is
 *     the one that its scores were drawn for, such as {@code kind-07}
 * @param alpha average score to reach, between the mean scores of the cheapest and of the most
 *     accurate model
 * @param traits what was drawn of the zoo as a whole
 */
public record RandomZoo(int number, Traffic traffic, double alpha, Traits traits) {

    /**
     * What was drawn of a zoo as a whole.
     *
     * @param priceRange price of the most expensive model over that of the cheapest, from 1 to 1000
     * @param correlation expected correlation between the models' log price and skill, in [0, 1]
     * @param kinds number of kinds of prompts, at least 1
     * @param grades number of grades, each 0 or 1, of which a score is the mean; 1 for scores of 0
     *     and 1
     */
    public record Traits(double priceRange, double correlation, int kinds, int grades) {}
}
