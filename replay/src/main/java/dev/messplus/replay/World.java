package dev.messplus.replay;

import dev.messplus.core.LabelSource;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.policy.Delay;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.PolicyKind;
import java.util.ArrayList;
import java.util.List;

/** What a reader must know of the conditions of a replay before comparing its figures. */
public final class World {

    private World() {}

    /** The conditions in short, such as {@code labels: scorer, joules after 16}. */
    public static String describe(ReplayOptions options) {
        List<String> parts = new ArrayList<>();
        parts.add("labels: " + Words.of(options.labels()));
        parts.add(joules(options));
        if (options.delay() == Delay.RANDOM) {
            parts.add("random delays");
        }
        if (options.raters().seeOnlyTheServedAnswer()) {
            parts.add(Words.of(options.raters()) + " raters");
        }
        if (options.judge() != null) {
            parts.add(options.judge().describe());
        }
        if (options.priced()) {
            parts.add("prices known");
        }
        if (options.drift() != Drift.NONE) {
            parts.add("drift: " + Words.of(options.drift()));
        }
        if (options.warmStart().isGiven()) {
            parts.add("warm start: " + options.warmStart().describe());
        }
        return String.join(", ", parts);
    }

    /** The same in sentences. */
    public static List<String> notes(ReplayOptions options) {
        List<String> notes = new ArrayList<>();
        notes.add(
                "%s. %s"
                        .formatted(
                                describe(options),
                                options.labels() == Labels.SCORER
                                        ? "Answers are scored when they come: of several answers the best by true score is served."
                                        : "Scores are not known when an answer is served: of several answers the best by forecast is served."));
        if (options.policies().contains(PolicyKind.STREAM)) {
            notes.add(
                    "%s receives the source of labels: %s. The paper's rule takes every label for a scorer's."
                            .formatted(PolicyKind.STREAM.title(), declared(options)));
        }
        if (options.priced()) {
            notes.add("The mean joules of each model are configured for MESS+ beforehand.");
        }
        if (options.drift() != Drift.NONE) {
            notes.add("The static mix knows the models as they were over the whole run.");
        }
        if (options.warmStart().isGiven()) {
            notes.add(
                    options.policies().contains(PolicyKind.FIXED_PRICE)
                            ? "Only stream and fixed-price begin warm. fixed-price receives no labels: its price and its beliefs are those of the recorded rows."
                            : "Only stream begins warm.");
        }
        return notes;
    }

    private static String declared(ReplayOptions options) {
        LabelSource source = options.conditions(0).labelSource();
        return switch (source.kind()) {
            case SCORER -> "a scorer";
            case AUDIT -> "an audit of a share of %s".formatted(source.ratedGood());
            case JUDGE -> "a judge, with an audit of a share of %s".formatted(source.ratedGood());
            case SIGNAL -> "a signal, with an audit of a share of %s".formatted(source.ratedGood());
            case USERS ->
                    "users, who rate an answer of score 1 with probability %s, and one of score 0 with %s"
                            .formatted(source.ratedGood(), source.ratedBad());
        };
    }

    private static String joules(ReplayOptions options) {
        int most = options.inFlight().stream().max(Integer::compare).orElse(0);
        return options.joulesAfter() >= most
                ? "joules with the labels"
                : "joules after " + options.joulesAfter();
    }
}
