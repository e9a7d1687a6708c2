package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Traffic;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The kinds of policy that can be compared, in the order in which they are listed. */
public enum PolicyKind {
    /** MESS+ for a stream, which is the job's default. */
    STREAM("mess+ (stream)", (traffic, settings) -> List.of(new StreamPolicy(settings.ofStream()))),
    /** The published rule, by default with the V and c of the poster. */
    PAPER(
            "mess+ (paper)",
            (traffic, settings) -> List.of(PaperPolicy.published(settings.ofPaper()))),
    /** The published rule with the V and c that turn out to be the best. */
    PAPER_BEST(
            "mess+ (paper, best V and c)",
            (traffic, settings) ->
                    PaperGrid.points().stream()
                            .map(point -> PaperPolicy.ofGrid(point, traffic))
                            .toList()),
    /** One model for every request; a policy for each model. */
    ALWAYS(
            "always",
            (traffic, settings) ->
                    IntStream.range(0, traffic.models().size())
                            .mapToObj(m -> new AlwaysPolicy(m, traffic.models().get(m)))
                            .toList()),
    /** The poster's random choice between the cheapest and the most expensive model. */
    RANDOM(
            "random with constraint",
            (traffic, settings) -> List.of(new RandomWithConstraintPolicy())),
    /** The cheapest model whose mean score reaches alpha. */
    SINGLE(
            "best single model that meets alpha",
            (traffic, settings) -> List.of(new BestSinglePolicy())),
    /** The least energy of any fixed shares of models, known in hindsight. */
    STATIC("best static mix (hindsight)", (traffic, settings) -> List.of(new StaticMixPolicy())),
    /** The least energy of any choice, with every outcome known. */
    CLAIRVOYANT("clairvoyant", (traffic, settings) -> List.of(new ClairvoyantPolicy()));

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // stateless
    private final BiFunction<Traffic, RuleSettings, List<? extends ReplayPolicy>> policies;

    PolicyKind(
            String title,
            BiFunction<Traffic, RuleSettings, List<? extends ReplayPolicy>> policies) {
        this.title = title;
        this.policies = policies;
    }

    /** The name in tables. */
    public String title() {
        return title;
    }

    /** Whether it is MESS+. */
    public boolean isMess() {
        return this == STREAM || this == PAPER || this == PAPER_BEST;
    }

    /** The name on the command line. */
    public String shortName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The policies of this kind over a zoo: mostly one. */
    public List<? extends ReplayPolicy> policies(Traffic traffic, RuleSettings settings) {
        return policies.apply(traffic, settings);
    }

    /**
     * The kind with a short name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static PolicyKind of(String shortName) {
        return Arrays.stream(values())
                .filter(kind -> kind.shortName().equalsIgnoreCase(shortName))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "--policies: must be among %s, was %s"
                                                .formatted(
                                                        Arrays.stream(values())
                                                                .map(PolicyKind::shortName)
                                                                .collect(Collectors.joining(", ")),
                                                        shortName)));
    }
}
