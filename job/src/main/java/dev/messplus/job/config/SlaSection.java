package dev.messplus.job.config;

import static dev.messplus.job.config.Defaults.or;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** An SLA: the promise, and the settings of the rule that keeps it. {@code null} is the default. */
@RecordBuilder
public record SlaSection(
        double alpha,
        Preset preset,
        @JsonProperty("V") Double v,
        Integer window,
        Double tolerance,
        Double explorationRate,
        Double explorationBudget,
        Double credit,
        Double marginSigmas,
        Double learningRate,
        LabelsSection labels,
        Expiry expiry,
        Long seed,
        Integer shards,
        Long repeatWindowMillis,
        WarmStartSection warmStart,
        BacklogSection backlog) {

    public SlaSection {
        preset = or(preset, Preset.STREAM);
        labels = or(labels, LabelsSection.SCORER);
        repeatWindowMillis = or(repeatWindowMillis, 0L);
        backlog = or(backlog, BacklogSection.DEFAULT);
    }

    /** The rule by which models are chosen. */
    public enum Preset {
        @JsonProperty("stream")
        STREAM,
        @JsonProperty("paper")
        PAPER
    }

    /** {@link MissingLabelPolicy}, as the file spells it. */
    public enum Expiry {
        @JsonProperty("as_predicted")
        AS_PREDICTED,
        @JsonProperty("as_zero")
        AS_ZERO,
        @JsonProperty("ignored")
        IGNORED
    }

    /** The promise, of all shards together. */
    public Sla sla() {
        Sla base = Sla.of(alpha);
        return Sla.custom(alpha)
                .window(or(window, base.window()))
                .tolerance(or(tolerance, base.tolerance()))
                .labels(labels.labelSource())
                .missingLabel(
                        expiry == null
                                ? base.missingLabel()
                                : MissingLabelPolicy.valueOf(expiry.name()))
                .seed(or(seed, base.seed()))
                .shards(or(shards, base.shards()))
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
        return labels.source() == LabelsSection.Source.SCORER;
    }

    /** What is wrong with the settings together, each error with its setting. */
    List<String> errors() {
        List<String> errors = settingsWithoutEffect();
        if (labels.source() == LabelsSection.Source.USERS && expiry != null) {
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
}
