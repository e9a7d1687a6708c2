package dev.messplus.job.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.LabelSource.Kind;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.combine.MinimumScore;
import dev.messplus.score.combine.WeightedScore;
import dev.messplus.score.judge.Judge;
import dev.messplus.score.signal.Confidence;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Refuses scorers and judges that do not exist, and scorers that are parts of themselves. */
final class ScorerRules {

    private final MessConfig config;
    private final Map<String, ScorerConfig> scorers;
    private final List<String> errors;

    private ScorerRules(MessConfig config, List<String> errors) {
        this.config = config;
        this.scorers = config.scorersByName();
        this.errors = errors;
    }

    static void check(MessConfig config, List<String> errors) {
        ScorerRules rules = new ScorerRules(config, errors);
        rules.checkJudges();
        rules.scorers.forEach(rules::checkParts);
        config.slas().forEach(rules::checkSla);
    }

    private void checkJudges() {
        for (String id : config.judges().keySet()) {
            if (config.zoo().containsKey(id)) {
                errors.add(
                        "judges.%s: is a model of the zoo, which may judge as well; remove it, or give it another name"
                                .formatted(id));
            }
        }
        scorers.forEach(
                (name, scorer) -> {
                    if (scorer instanceof Judge.Config judge
                            && !config.zoo().containsKey(judge.model())
                            && !config.judges().containsKey(judge.model())) {
                        TreeSet<String> models = new TreeSet<>(config.zoo().keySet());
                        models.addAll(config.judges().keySet());
                        errors.add(unknown("scorers." + name + ".model", judge.model(), models));
                    }
                });
    }

    private void checkParts(String name, ScorerConfig scorer) {
        for (String part : parts(scorer)) {
            if (!scorers.containsKey(part)) {
                errors.add(unknown(field(name, scorer), part, scorers.keySet()));
            }
        }
        Deque<String> inside = new ArrayDeque<>(parts(scorer));
        // Every scorer is looked at once for each way that leads to it; there are few.
        for (int steps = 0; !inside.isEmpty() && steps < 1_000; steps++) {
            String part = inside.pop();
            if (part.equals(name)) {
                errors.add("%s: must not contain %s itself".formatted(field(name, scorer), name));
                return;
            }
            if (scorers.containsKey(part)) {
                inside.addAll(parts(scorers.get(part)));
            }
        }
    }

    private static String field(String name, ScorerConfig scorer) {
        String parts = scorer instanceof WeightedScore.Config ? "weights" : "of";
        return "scorers." + name + "." + parts;
    }

    private static Collection<String> parts(ScorerConfig scorer) {
        if (scorer instanceof MinimumScore.Config minimum) {
            return minimum.of();
        }
        return scorer instanceof WeightedScore.Config weighted
                ? weighted.weights().keySet()
                : List.of();
    }

    private void checkSla(String name, SlaSection sla) {
        ScoringSection scoring = sla.scoring();
        if (scoring != null && !scorers.containsKey(scoring.scorer())) {
            errors.add(
                    unknown(
                            "slas." + name + ".scoring.scorer",
                            scoring.scorer(),
                            scorers.keySet()));
        }
        if (scoring != null && readsLogprobs(scoring.scorer()) && !getsLogprobs(sla)) {
            errors.add(
                    "slas.%s.params.logprobs: must be true with scorer %s, which reads log probabilities; add params: { logprobs: true }"
                            .formatted(name, scoring.scorer()));
        }
        LabelsSection labels = sla.labels();
        if (scoring != null
                && labels != null
                && labels.source() == Kind.JUDGE
                && readsLogprobs(scoring.scorer())) {
            errors.add(
                    "slas.%s.labels.source: must be signal with scorer %s, which reads log probabilities: people score on another scale, was judge"
                            .formatted(name, scoring.scorer()));
        }
    }

    /** Whether a scorer, or a part of it, is a {@link Confidence}. */
    private boolean readsLogprobs(String name) {
        Set<String> seen = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(List.of(name));
        while (!left.isEmpty()) {
            String next = left.pop();
            if (seen.add(next) && scorers.containsKey(next)) {
                if (scorers.get(next) instanceof Confidence.Config) {
                    return true;
                }
                left.addAll(parts(scorers.get(next)));
            }
        }
        return false;
    }

    private boolean getsLogprobs(SlaSection sla) {
        return asksForLogprobs(sla.params())
                || config.zoo().values().stream()
                        .allMatch(model -> asksForLogprobs(model.params()));
    }

    private static boolean asksForLogprobs(ObjectNode params) {
        return params != null && params.path("logprobs").asBoolean();
    }

    private static String unknown(String field, String value, Collection<String> known) {
        return "%s: must be one of %s, was %s"
                .formatted(field, String.join(", ", new TreeSet<>(known)), value);
    }
}
