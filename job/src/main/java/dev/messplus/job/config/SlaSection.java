package dev.messplus.job.config;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.LabelSource;
import dev.messplus.core.LabelSource.Kind;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.record.OwnerParams;
import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An entry of section {@code slas}: the promise, and the settings of the rule that keeps it. Where
 * a setting of the rule is {@code null}, the rule's own default holds.
 */
@RecordBuilder
public record SlaSection(
        @Setting(required = true, range = "[0, 1]") double alpha,
        @Setting(byDefault = "stream") Preset preset,
        @Setting(range = "[0, )") @JsonProperty("V") Double v,
        @Setting(byDefault = "10000", range = "[64, 100000000]") int window,
        @Setting(range = "[0, 1]") Double tolerance,
        @Setting(range = "[0, )") Double explorationRate,
        @Setting(range = "[0, 1]") Double explorationBudget,
        @Setting Explore explore,
        @Setting(range = "[0, 1000000]") Double credit,
        @Setting(range = "[0, 10]") Double marginSigmas,
        @Setting(range = "(0, 10]") Double learningRate,
        @Setting("What scores the answers. Without it: a comparison with the references.")
                ScoringSection scoring,
        @Setting("Where the labels come from. Without it: from the scorer alone.")
                LabelsSection labels,
        @Setting ObjectNode params,
        @Setting Map<String, Double> maxParams,
        @Setting MissingLabelPolicy expiry,
        @Setting(byDefault = "0") long seed,
        @Setting(byDefault = "1", range = "[1, 128]") int shards,
        @Setting(byDefault = "0", range = "[0, 604800000]") long repeatWindowMillis,
        @Setting("`stream`: recorded outcomes that the SLA begins with, where it has no state yet.")
                WarmStartSection warmStart,
        @Setting("What happens to requests that have to wait for a call.") BacklogPolicy backlog) {

    /** The rule by which models are chosen. */
    public enum Preset {
        STREAM,
        PAPER
    }

    /** How several models are asked for one request. */
    public enum Explore {
        PARALLEL,
        SEQUENTIAL
    }

    /** The promise, of all shards together. */
    public Sla sla() {
        Sla base = Sla.of(alpha);
        return Sla.custom(alpha)
                .window(window)
                .tolerance(requireNonNullElse(tolerance, base.tolerance()))
                .labels(labelSource())
                .missingLabel(requireNonNullElse(expiry, base.missingLabel()))
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
                requireNonNullElse(v, base.v()),
                requireNonNullElse(explorationRate, base.explorationRate()),
                requireNonNullElse(learningRate, base.learningRate()));
    }

    private StreamRule.Config streamRule() {
        StreamRule.Config base = StreamRule.Config.ofDefaults();
        return new StreamRule.Config(
                requireNonNullElse(credit, base.credit()),
                requireNonNullElse(marginSigmas, base.marginSigmas()),
                requireNonNullElse(explorationBudget, base.explorationBudget()),
                isSequential());
    }

    /**
     * Whether models are asked one after the other. Unless the owner says so, they are only where
     * the owner says what scores every answer before it is served: references are known of few
     * requests outside of tests.
     */
    private boolean isSequential() {
        return explore == null
                ? scoring != null && labelSource().beforeServing()
                : explore == Explore.SEQUENTIAL;
    }

    /** What the section sets of the parameters of requests. */
    public OwnerParams ownerParams() {
        return ParamsSettings.of(params, maxParams);
    }

    /** The recorded outcomes to begin with, at their weight. */
    public WarmStart recorded() {
        return warmStart == null || warmStart.recorded() == null
                ? WarmStart.none()
                : warmStart.recorded().atMost(warmStart.weight());
    }

    /** Whether every answer has its score before one is served. */
    public boolean scoresBeforeServing() {
        return labelSource().beforeServing();
    }

    /** Where the labels come from. */
    private LabelSource labelSource() {
        if (scoring == null) {
            return labels == null ? LabelSource.scorer() : labels.labelSource(false);
        }
        LabelSource source =
                labels == null
                        ? scoring.labelSource()
                        : labels.labelSource(scoring.scoresAllAtOnce());
        return source.by(scoring.scorer());
    }

    private Kind labelKind() {
        if (labels != null) {
            return labels.source();
        }
        return scoring == null ? Kind.SCORER : scoring.labelSource().kind();
    }

    /** What is wrong with the settings together, each error with its setting. */
    List<String> errors() {
        List<String> errors = settingsWithoutEffect();
        if (labelKind() == Kind.USERS && expiry != null) {
            errors.add(
                    "expiry: has no effect with labels.source users, was %s; remove it"
                            .formatted(SettingsSchema.spelling(expiry)));
        }
        if (labels != null) {
            labels.errors().forEach(error -> errors.add("labels." + error));
        }
        if (labels != null
                && labels.source() == Kind.SCORER
                && scoring != null
                && !scoring.scoresAllAtOnce()) {
            errors.add(
                    "labels.source: must not be scorer, because scoring gives not every answer its score before it is served; remove labels");
        }
        if (labels != null
                && scoring != null
                && List.of(Kind.AUDIT, Kind.USERS).contains(labels.source())) {
            errors.add(
                    "labels.source: must be scorer, judge or signal with scoring, was %s, because scores would count as ratings of people; remove scoring, or set another source"
                            .formatted(SettingsSchema.spelling(labels.source())));
        }
        if (labels != null && List.of(Kind.JUDGE, Kind.SIGNAL).contains(labels.source())) {
            String source = SettingsSchema.spelling(labels.source());
            if (scoring == null) {
                errors.add(
                        "labels.source: %s needs a scorer; add scoring: { scorer: <name> }, or set another source"
                                .formatted(source));
            } else if (scoring.share() < 1) {
                errors.add(
                        "scoring.share: must be 1 with labels.source %s, where every answer is scored, was %s"
                                .formatted(source, scoring.share()));
            }
        }
        if (explore == Explore.SEQUENTIAL && preset == Preset.STREAM) {
            errors.addAll(errorsOfSequential());
        }
        errors.addAll(ParamsSettings.errors(params, maxParams));
        return errors;
    }

    /** What keeps models from being asked one after the other, by the scores of their answers. */
    private List<String> errorsOfSequential() {
        if (scoring != null && !scoring.scoresAllAtOnce()) {
            return List.of(
                    "explore: must be parallel with scoring.share %s and scoring.when %s, was sequential, which needs the score of every answer before it is served; set share: 1 and when: before_serving, or remove explore"
                            .formatted(scoring.share(), SettingsSchema.spelling(scoring.when())));
        }
        return switch (labelKind()) {
            case SCORER, JUDGE, SIGNAL -> List.of();
            default ->
                    List.of(
                            "explore: must be parallel with labels.source %s, was sequential, where the scorer says what answers are worth; remove explore, or labels"
                                    .formatted(SettingsSchema.spelling(labelKind())));
        };
    }

    /** Errors, one for each setting that is given but has no effect under the preset. */
    private List<String> settingsWithoutEffect() {
        Map<String, Object> foreign = new LinkedHashMap<>();
        if (preset == Preset.PAPER) {
            foreign.put(
                    labels != null ? "labels.source" : "scoring.share or scoring.when",
                    labelKind() == Kind.SCORER ? null : labelKind());
            foreign.put("tolerance", tolerance);
            foreign.put("explorationBudget", explorationBudget);
            foreign.put("explore", explore);
            foreign.put("credit", credit);
            foreign.put("marginSigmas", marginSigmas);
            foreign.put("warmStart", warmStart);
        } else {
            foreign.put("V", v);
            foreign.put("explorationRate", explorationRate);
            foreign.put("learningRate", learningRate);
        }
        foreign.values().removeIf(Objects::isNull);
        String rule = SettingsSchema.spelling(preset);
        List<String> errors = new ArrayList<>(foreign.keySet());
        errors.replaceAll(
                setting -> "%s: has no effect with preset %s; remove it".formatted(setting, rule));
        return errors;
    }
}
