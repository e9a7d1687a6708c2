package dev.messplus.replay;

import dev.messplus.replay.outcome.Order;
import dev.messplus.replay.outcome.SteepModel;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.RuleSettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The options of a replay.
 *
 * @param data the table of outcomes
 * @param alphas average scores to reach, each in [0, 1]
 * @param inFlight numbers of requests that are decided before the outcome of one is known, each at
 *     least 0
 * @param feedbackRate share of requests whose label arrives at all, in [0, 1]
 * @param order of the requests
 * @param rows requests of each seed to replay, from the start of its order; at least 1
 * @param seeds number of seeds, at least 1
 * @param policies to compare; at least one
 * @param settings of the SLA that MESS+ runs under, by their names in mess.yaml; {@link
 *     RuleSettings} says which rule they apply to
 * @param models of the zoo to keep, in that order; empty for all
 * @param kinds of requests to keep, by benchmark_name; empty for all
 * @param steep whether to add a {@link SteepModel}
 * @param toleranceMet a seed meets alpha if its mean score is at most this far below it; in [0, 1]
 * @param embedding the embedder of prompts
 * @param cache folder of cached features
 * @param plain whether progress is shown as lines instead of bars
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
        Set<PolicyKind> policies,
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
        require(!policies.isEmpty(), "--policies: must name at least one policy, had none");
        RuleSettings.of(settings, policies);
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

    /** The settings for each rule of MESS+. */
    RuleSettings ruleSettings() {
        return RuleSettings.of(settings, policies);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
