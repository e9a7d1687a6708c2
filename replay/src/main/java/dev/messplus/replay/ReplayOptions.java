package dev.messplus.replay;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What can be chosen of a replay.
 *
 * @param data the table of outcomes
 * @param alphas average scores to owe, each in [0, 1]
 * @param inFlight requests decided before an outcome is told, each at least 0
 * @param feedbackRate share of requests whose labels ever come, in [0, 1]
 * @param order of the requests
 * @param rows requests of each seed to replay, the first of its order; at least 1
 * @param seeds how many, at least 1
 * @param policies which to compare
 * @param settings of the SLA that MESS+ runs under, by their names in mess.yaml
 * @param models of the zoo, in that order; empty for all
 * @param kinds of requests, by benchmark_name; empty for all
 * @param steep whether to add a model that is hardly worth its price
 * @param toleranceMet a seed meets alpha if its mean score is at most this below, at least 0
 * @param embedding what prompts are embedded with
 * @param cache folder of embeddings
 * @param plain whether to do without bars
 */
@RecordBuilder
public record ReplayOptions(
        Path data,
        List<Double> alphas,
        List<Integer> inFlight,
        double feedbackRate,
        Order order,
        int rows,
        int seeds,
        Set<ReplayPolicy> policies,
        Map<String, String> settings,
        List<String> models,
        List<String> kinds,
        boolean steep,
        double toleranceMet,
        String embedding,
        Path cache,
        boolean plain) {

    public ReplayOptions {
        alphas = alphas.stream().distinct().toList();
        inFlight = inFlight.stream().distinct().toList();
        policies = Set.copyOf(policies);
        settings = Map.copyOf(settings);
        models = models.stream().distinct().toList();
        kinds = List.copyOf(kinds);
        require(!policies.isEmpty(), "--policies: none of them goes with this --preset");
        for (double alpha : alphas) {
            require(alpha >= 0 && alpha <= 1, "--alpha: must be between 0 and 1, was " + alpha);
        }
        for (int n : inFlight) {
            require(n >= 0, "--in-flight: must be at least 0, was " + n);
        }
        require(
                feedbackRate >= 0 && feedbackRate <= 1,
                "--feedback-rate: must be between 0 and 1, was " + feedbackRate);
        require(rows >= 1, "--rows: must be at least 1, was " + rows);
        require(seeds >= 1, "--seeds: must be at least 1, was " + seeds);
        require(
                toleranceMet >= 0 && toleranceMet <= 1,
                "--tolerance-met: must be between 0 and 1, was " + toleranceMet);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
