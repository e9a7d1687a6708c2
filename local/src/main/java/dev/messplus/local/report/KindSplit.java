package dev.messplus.local.report;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The fixed shares of least energy that reach alpha if they may differ by kind of prompt: what
 * somebody could do who knew the kinds, and every outcome, beforehand. It is a linear program of
 * one constraint, so it is solved by taking what raises the score at the least joules first.
 *
 * @param joules mean energy, in joules per request
 * @param score mean score, in [0, 1]; below alpha if no shares reach it
 * @param shares share of answers by each model, in [0, 1], in the order of the zoo
 */
record KindSplit(double joules, double score, List<Double> shares) {

    /** A move of a kind's prompts from one static mix to the next better one, per request. */
    private record Step(double share, StaticMix from, StaticMix to) {

        double score() {
            return share * (to.score() - from.score());
        }

        double joules() {
            return share * (to.joules() - from.joules());
        }
    }

    /** The split of a run; empty if it has one kind, or not every model is known for every kind. */
    static Optional<KindSplit> of(RunReport report) {
        ReferencePass reference = report.reference();
        List<String> kinds =
                reference.prompts().stream().map(RecordedPrompt::kind).distinct().toList();
        if (kinds.size() < 2) {
            return Optional.empty();
        }
        List<Step> steps = new ArrayList<>();
        double joules = 0;
        double score = 0;
        double[] shares = new double[report.models().size()];
        for (String kind : kinds) {
            List<ModelMean> means = new ArrayList<>();
            for (int m = 0; m < shares.length; m++) {
                reference.mean(m, kind).ifPresent(means::add);
            }
            if (means.size() < shares.length) {
                return Optional.empty();
            }
            double share =
                    (double)
                                    reference.prompts().stream()
                                            .filter(prompt -> prompt.kind().equals(kind))
                                            .count()
                            / reference.prompts().size();
            List<StaticMix> frontier = StaticMix.frontier(means);
            StaticMix cheapest = frontier.get(0);
            joules += share * cheapest.joules();
            score += share * cheapest.score();
            add(shares, cheapest, share);
            for (int i = 1; i < frontier.size(); i++) {
                steps.add(new Step(share, frontier.get(i - 1), frontier.get(i)));
            }
        }
        steps.sort(Comparator.comparingDouble(step -> step.joules() / step.score()));
        for (Step step : steps) {
            double part = Math.min(1, (report.alpha() - score) / step.score());
            if (part <= 0) {
                break;
            }
            joules += part * step.joules();
            score += part * step.score();
            add(shares, step.from(), -part * step.share());
            add(shares, step.to(), part * step.share());
        }
        List<Double> rounded = new ArrayList<>();
        for (double share : shares) {
            rounded.add(Math.max(0, share));
        }
        return Optional.of(new KindSplit(joules, score, rounded));
    }

    private static void add(double[] shares, StaticMix mix, double share) {
        for (int m = 0; m < shares.length; m++) {
            shares[m] += share * mix.weights().get(m);
        }
    }
}
