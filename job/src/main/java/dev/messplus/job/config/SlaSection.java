package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.messplus.core.LabelSource;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * An entry of section {@code slas}: the promise, and the settings of the rule that keeps it. Where
 * a setting of the rule is {@code null}, the rule's own default holds.
 */
@RecordBuilder
public record SlaSection(
        @Setting(
                        value = "The target: average score of the answers.",
                        required = true,
                        range = "[0, 1]")
                double alpha,
        @Setting(
                        value =
                                "`stream` is for labels that come late. `paper` is the published algorithm, with V on raw joules. A setting that has no effect under the preset is refused.",
                        byDefault = "stream")
                Preset preset,
        @Setting(
                        value = "Weight of energy against the queue, in requests per joule.",
                        otherwise = "0.1",
                        range = "[0, )")
                @JsonProperty("V")
                Double v,
        @Setting(
                        value =
                                "Requests of the sliding average. With `stream`, also those of `tolerance` and of the margin.",
                        byDefault = "10000",
                        range = "[64, 100000000]")
                int window,
        @Setting(
                        value =
                                "`stream`: by how much the average within the window may fall short of `alpha`. What is missed beyond that and chance, as in an outage, is [not made up for](routing.md#6-the-label).",
                        otherwise = "0.01",
                        range = "[0, 1]")
                Double tolerance,
        @Setting(
                        value =
                                "c of p_t = min(1, c / t^(1/3)), the probability that a request calls every model.",
                        otherwise = "3",
                        range = "[0, )")
                Double explorationRate,
        @Setting(
                        value =
                                "`stream`: energy for calling a second model to learn from it, as a share of all other energy. It holds while the target is just kept, and [follows the pressure](routing.md#5-the-probe). 0 turns probes off.",
                        otherwise =
                                "0.1 with `labels.source: scorer`; else 0.05 times `labels.share`, or the mean of `ratedGood` and `ratedBad`",
                        range = "[0, 1]")
                Double explorationBudget,
        @Setting(
                        value =
                                "Requests by which the queue may be ahead of the target, beyond the margin.",
                        otherwise = "50",
                        range = "[0, 1000000]")
                Double credit,
        @Setting(
                        value =
                                "By how many standard deviations of the unknown scores answers are to be [ahead of the target](routing.md#the-pressure-p).",
                        otherwise = "1.4",
                        range = "[0, 10]")
                Double marginSigmas,
        @Setting(value = "Step size of the predictors.", otherwise = "0.1", range = "(0, 10]")
                Double learningRate,
        @Setting("Where the labels come from. Without it: the job scores every answer.")
                LabelsSection labels,
        @Setting(
                        value =
                                "What a request counts as in Q if its label never comes. Refused with `labels.source: users`, where silence has a meaning of its own.",
                        otherwise = "`as_predicted`")
                MissingLabelPolicy expiry,
        @Setting(value = "Seed of the [draws](routing.md#draws).", byDefault = "0") long seed,
        @Setting(
                        value =
                                "Queues that share the SLA's requests by a hash of their ids: [More requests than one core can decide](routing.md#more-requests-than-one-core-can-decide).",
                        byDefault = "1",
                        range = "[1, 128]")
                int shards,
        @Setting(
                        value =
                                "For how long the job remembers ids. A request that repeats an id within this time is dropped.",
                        byDefault = "0",
                        range = "[0, 604800000]")
                long repeatWindowMillis,
        @Setting("`stream`: recorded outcomes that the SLA begins with, where it has no state yet.")
                WarmStartSection warmStart,
        @Setting("What happens to requests that have to wait for a call.") BacklogSection backlog) {

    public SlaSection {
        labels = labels == null ? LabelsSection.SCORER : labels;
    }

    /** The rule by which models are chosen. */
    public enum Preset {
        STREAM,
        PAPER
    }

    /** The promise, of all shards together. */
    public Sla sla() {
        Sla base = Sla.of(alpha);
        return Sla.custom(alpha)
                .window(window)
                .tolerance(or(tolerance, base.tolerance()))
                .labels(labels.labelSource())
                .missingLabel(or(expiry, base.missingLabel()))
                .seed(seed)
                .shards(shards)
                .build();
    }

    /**
     * The rule, with its settings.
     *
     * @throws IllegalArgumentException if a setting has no effect, or is missing
     */
    public Rule rule() {
        List<String> errors = errors();
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", errors));
        }
        return preset == Preset.PAPER ? paperRule() : streamRule();
    }

    private PaperRule.Config paperRule() {
        PaperRule.Config base = PaperRule.Config.ofDefaults();
        return new PaperRule.Config(
                or(v, base.v()),
                or(explorationRate, base.explorationRate()),
                or(learningRate, base.learningRate()));
    }

    private StreamRule.Config streamRule() {
        StreamRule.Config base = StreamRule.Config.ofDefaults();
        return new StreamRule.Config(
                or(credit, base.credit()),
                or(marginSigmas, base.marginSigmas()),
                or(explorationBudget, base.explorationBudget()));
    }

    /** The recorded outcomes to begin with, at their weight. */
    public WarmStart recorded() {
        return warmStart == null || warmStart.recorded() == null
                ? WarmStart.none()
                : warmStart.recorded().atMost(warmStart.weight());
    }

    private boolean isScored() {
        return labels.source() == LabelSource.Kind.SCORER;
    }

    /** What is wrong with the settings together, each error with its setting. */
    List<String> errors() {
        List<String> errors = settingsWithoutEffect();
        if (labels.source() == LabelSource.Kind.USERS && expiry != null) {
            errors.add(
                    "expiry: has no effect with labels.source users, was %s; remove it"
                            .formatted(expiry.name().toLowerCase(Locale.ROOT)));
        }
        labels.errors().forEach(error -> errors.add("labels." + error));
        return errors;
    }

    /** Errors, one for each setting that is given but has no effect under the preset. */
    private List<String> settingsWithoutEffect() {
        Map<String, Object> foreign = new LinkedHashMap<>();
        if (preset == Preset.PAPER) {
            foreign.put("labels.source", isScored() ? null : labels.source());
            foreign.put("tolerance", tolerance);
            foreign.put("explorationBudget", explorationBudget);
            foreign.put("credit", credit);
            foreign.put("marginSigmas", marginSigmas);
            foreign.put("warmStart", warmStart);
        } else {
            foreign.put("V", v);
            foreign.put("explorationRate", explorationRate);
            foreign.put("learningRate", learningRate);
        }
        foreign.values().removeIf(Objects::isNull);
        String rule = preset.name().toLowerCase(Locale.ROOT);
        List<String> errors = new ArrayList<>();
        foreign.keySet()
                .forEach(
                        setting ->
                                errors.add(
                                        "%s: has no effect with preset %s; remove it"
                                                .formatted(setting, rule)));
        return errors;
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
