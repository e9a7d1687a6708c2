package dev.messplus.replay;

import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Order;
import dev.messplus.replay.outcome.SteepModel;
import dev.messplus.replay.policy.Conditions;
import dev.messplus.replay.policy.ConditionsBuilder;
import dev.messplus.replay.policy.Delay;
import dev.messplus.replay.policy.JudgeSays;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.Raters;
import dev.messplus.replay.policy.RuleSettings;
import dev.messplus.replay.policy.SimulatedJudge;
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
 * @param inFlight numbers of requests that are decided before the label of one is known, each at
 *     least 0
 * @param joulesAfter requests that are decided before the joules of one are known, at least 0; cut
 *     to the number in flight
 * @param delay whether every request takes that long, or only the mean one
 * @param labels when the score of an answer is known
 * @param raters who gives labels
 * @param feedbackRate share of requests whose label can come at all, in [0, 1]
 * @param judge who scores answers in place of true scores; {@code null} if nobody does
 * @param exchangeEvery requests that are decided between two exchanges of the shards of an SLA; 0
 *     for an eighth of the requests in flight, as in the job where a label takes two seconds
 * @param priced whether the mean joules of each model are configured for MESS+ beforehand
 * @param order of the requests
 * @param passes over the file, each in an order of its own; at least 1
 * @param drift how the models change during the run
 * @param rows requests of each seed to replay, from the start of its order; at least 1
 * @param seeds number of seeds, at least 1
 * @param policies to compare; at least one
 * @param settings of the SLA that MESS+ runs under, by their names in mess.yaml; {@link
 *     RuleSettings} says which rule they apply to
 * @param models of the zoo to keep, in that order; empty for all
 * @param kinds of requests to keep, by benchmark_name; empty for all
 * @param steep whether to add a {@link SteepModel}
 * @param permute whether to replay the zoo in other orders as well
 * @param toleranceMet a seed meets alpha if its mean score is at most this far below it; in [0, 1]
 * @param embedding the embedder of prompts
 * @param cache folder of cached features
 * @param warmStart what MESS+ begins with; {@code null} for nothing
 * @param plain whether progress is shown as lines instead of bars
 */
@RecordBuilder
public record ReplayOptions(
        Path data,
        List<Double> alphas,
        List<Integer> inFlight,
        int joulesAfter,
        Delay delay,
        Labels labels,
        Raters raters,
        double feedbackRate,
        SimulatedJudge judge,
        int exchangeEvery,
        boolean priced,
        Order order,
        int passes,
        Drift drift,
        int rows,
        int seeds,
        Set<PolicyKind> policies,
        Map<String, String> settings,
        List<String> models,
        List<String> kinds,
        boolean steep,
        boolean permute,
        double toleranceMet,
        String embedding,
        Path cache,
        WarmStartOptions warmStart,
        boolean plain) {

    public ReplayOptions {
        alphas = alphas.stream().distinct().toList();
        inFlight = inFlight.stream().distinct().toList();
        policies = Set.copyOf(policies);
        settings = Map.copyOf(settings);
        models = models.stream().distinct().toList();
        warmStart = warmStart == null ? WarmStartOptions.NONE : warmStart;
        kinds = List.copyOf(kinds);
        require(!policies.isEmpty(), "--policies: must name at least one policy, had none");
        Map<String, String> ofStream = PolicyKind.settings(settings, policies).ofStream();
        require(
                !raters.seeOnlyTheServedAnswer() || !ofStream.containsKey("expiry"),
                "--set expiry: has no effect with --raters %s; remove it"
                        .formatted(Words.of(raters)));
        for (double alpha : alphas) {
            require(alpha >= 0 && alpha <= 1, "--alpha: must be between 0 and 1, was " + alpha);
        }
        for (int n : inFlight) {
            require(n >= 0, "--in-flight: must be at least 0, was " + n);
        }
        require(
                feedbackRate >= 0 && feedbackRate <= 1,
                "--feedback-rate: must be between 0 and 1, was " + feedbackRate);
        require(joulesAfter >= 0, "--joules-after: must be at least 0, was " + joulesAfter);
        require(exchangeEvery >= 0, "--exchange-every: must be at least 0, was " + exchangeEvery);
        require(
                labels == Labels.LATER || !raters.seeOnlyTheServedAnswer(),
                "--raters: must be all with --labels scorer, was %s; users need --labels later"
                        .formatted(Words.of(raters)));
        require(
                judge == null || !raters.seeOnlyTheServedAnswer(),
                "--audit: needs --raters all, because a judge scores every answer");
        require(
                judge == null || judge.says() != JudgeSays.RECORDED || drift == Drift.NONE,
                "--judge-says recorded: needs --drift none, was %s; what was recorded does not change with the models"
                        .formatted(Words.of(drift)));
        require(passes >= 1, "--passes: must be at least 1, was " + passes);
        require(rows >= 1, "--rows: must be at least 1, was " + rows);
        require(seeds >= 1, "--seeds: must be at least 1, was " + seeds);
        require(
                warmStart.rows() > 0 || policies.stream().noneMatch(PolicyKind::needsRows),
                "--policies: fixed-price needs --warm-rows, on which its price is fitted");
        require(
                passes == 1 || warmStart.rows() == 0,
                "--passes: must be 1 with --warm-rows, was %d; the rows would be replayed"
                        .formatted(passes));
        require(
                toleranceMet >= 0 && toleranceMet <= 1,
                "--tolerance-met: must be between 0 and 1, was " + toleranceMet);
    }

    /** What a policy gets to know, and when, with a number of requests in flight. */
    public Conditions conditions(int inFlight) {
        return ConditionsBuilder.builder()
                .inFlight(inFlight)
                .joulesAfter(joulesAfter)
                .delay(delay)
                .labels(labels)
                .raters(raters)
                .feedbackRate(feedbackRate)
                .judge(judge)
                .exchangeEvery(exchangeEvery == 0 ? inFlight / 8 : exchangeEvery)
                .priced(priced)
                .build();
    }

    /** The settings for each rule of MESS+. */
    public RuleSettings ruleSettings() {
        return PolicyKind.settings(settings, policies);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
