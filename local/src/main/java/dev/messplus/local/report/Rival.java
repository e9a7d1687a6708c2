package dev.messplus.local.report;

import java.util.List;

/**
 * What another router makes of the same prompts, from the recorded outcomes of every model.
 *
 * @param joulesPerRequest mean energy of all its calls, in joules
 * @param score mean score of the answers that it serves, in [0, 1]
 * @param shares share of answers by each model, in [0, 1], in the order of the zoo
 * @param exploredShare share of requests for which it asks more than one model, in [0, 1]
 */
public record Rival(
        String name,
        double joulesPerRequest,
        double score,
        List<Double> shares,
        double exploredShare) {

    public Rival {
        shares = List.copyOf(shares);
    }
}
