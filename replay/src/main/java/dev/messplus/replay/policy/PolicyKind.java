package dev.messplus.replay.policy;

import dev.messplus.core.baseline.StaticMix;
import dev.messplus.replay.outcome.Traffic;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The kinds of policy that can be compared, in the order in which they are listed. {@code ..._BEST}
 * is the kind before it with the settings that turn out to be the best.
 */
public enum PolicyKind {
    /** MESS+ for a stream, which is the job's default. */
    STREAM(
            "mess+ (stream)",
            (traffic, settings) -> List.of(MessPolicy.stream(settings.ofStream()))),
    /** The published rule, by default with the V and c of the poster. */
    PAPER(
            "mess+ (paper)",
            (traffic, settings) -> List.of(MessPolicy.published(settings.ofPaper()))),
    /** The published rule with the V and c that turn out to be the best. */
    PAPER_BEST(
            "mess+ (paper, best V and c)",
            PaperGrid.SETTINGS,
            (traffic, settings) ->
                    PaperGrid.points().stream()
                            .map(point -> MessPolicy.ofGrid(point, traffic))
                            .toList()),
    /** One model for every request; a policy for each model. */
    ALWAYS(
            "always",
            (traffic, settings) ->
                    IntStream.range(0, traffic.models().size())
                            .mapToObj(m -> MixPolicy.always(m, traffic.models().get(m)))
                            .toList()),
    /** The poster's random choice between the cheapest and the most expensive model. */
    RANDOM("random with constraint", MixPolicy.of(StaticMix::randomWithConstraint)),
    /** The cheapest model whose mean score reaches alpha. */
    SINGLE("best single model that meets alpha", MixPolicy.of(MixPolicy::bestSingle)),
    /** The least energy of any fixed shares of models, known in hindsight. */
    STATIC("best static mix (hindsight)", MixPolicy.of(StaticMix::leastEnergy)),
    /** The least energy of any choice, with every outcome known. */
    CLAIRVOYANT("clairvoyant", (traffic, settings) -> List.of(new ClairvoyantPolicy())),
    /** The price of quality and the beliefs that recorded rows give, which never change. */
    FIXED_PRICE("fixed price", (traffic, settings) -> List.of(new FixedPricePolicy())),
    /** MESS+ as its authors released it in 2025. */
    MESS_2025("mess+ (2025)", Routers.MESS_2025),
    MESS_2025_BEST("mess+ (2025, best)", Routers.MESS_2025_BEST),
    /** LinUCB under the virtual queue. */
    LINUCB("LinUCB", Routers.LINUCB),
    LINUCB_BEST("LinUCB (best)", Routers.LINUCB_BEST),
    /** Linear Thompson sampling under the virtual queue. */
    THOMPSON("Thompson sampling", Routers.THOMPSON),
    THOMPSON_BEST("Thompson sampling (best)", Routers.THOMPSON_BEST),
    /** ParetoBandit, pacing quality. */
    PARETOBANDIT("ParetoBandit", Routers.PARETOBANDIT),
    PARETOBANDIT_BEST("ParetoBandit (best)", Routers.PARETOBANDIT_BEST),
    /** PORT: nearest neighbours and a dual price. */
    PORT("PORT", Routers.PORT),
    PORT_BEST("PORT (best)", Routers.PORT_BEST),
    /** RouteLLM between the cheapest and the most accurate model. */
    ROUTELLM("RouteLLM", Routers.ROUTELLM),
    ROUTELLM_BEST("RouteLLM (best)", Routers.ROUTELLM_BEST);

    /** Selects all routers from the literature. */
    private static final String ROUTERS = "routers";

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // immutable
    private final Optional<String> grid;

    @SuppressWarnings("ImmutableEnumChecker") // stateless
    private final BiFunction<Traffic, RuleSettings, List<? extends ReplayPolicy>> policies;

    PolicyKind(
            String title,
            BiFunction<Traffic, RuleSettings, List<? extends ReplayPolicy>> policies) {
        this.title = title;
        this.grid = Optional.empty();
        this.policies = policies;
    }

    PolicyKind(String title, MixPolicy policy) {
        this(title, (traffic, settings) -> List.of(policy));
    }

    /** A kind of which only the best policy is listed. */
    PolicyKind(
            String title,
            String grid,
            BiFunction<Traffic, RuleSettings, List<? extends ReplayPolicy>> policies) {
        this.title = title;
        this.grid = Optional.of(grid);
        this.policies = policies;
    }

    PolicyKind(String title, RouterGrid router) {
        this.title = title;
        this.grid = router.grid();
        this.policies = (traffic, settings) -> router.policies();
    }

    /** The name in tables. */
    public String title() {
        return title;
    }

    /** Whether it is MESS+. */
    public boolean isMess() {
        return this == STREAM || this == PAPER || this == PAPER_BEST;
    }

    /** Whether several models may answer one request, of which one answer is served. */
    public boolean explores() {
        return isMess() || isRouter();
    }

    /** Whether it is a router from the literature. */
    public boolean isRouter() {
        return compareTo(MESS_2025) >= 0;
    }

    /**
     * The settings in words that the policies of this kind try, if the best of them in hindsight
     * stands for all.
     */
    public Optional<String> grid() {
        return grid;
    }

    /** Whether it needs recorded rows. */
    public boolean needsRows() {
        return this == FIXED_PRICE;
    }

    /**
     * The kinds that are compared unless some are named: all but the routers and those that need
     * recorded rows.
     */
    public static Set<PolicyKind> defaults() {
        return EnumSet.range(STREAM, CLAIRVOYANT);
    }

    /** The name on the command line. */
    public String shortName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name of one of its policies in tables, the same at every alpha. */
    public String title(ReplayPolicy policy) {
        return policy.name().isEmpty() ? title : title + " " + policy.name();
    }

    /** The policies of this kind over a zoo: mostly one. */
    public List<? extends ReplayPolicy> policies(Traffic traffic, RuleSettings settings) {
        return policies.apply(traffic, settings);
    }

    /**
     * Settings for the rule that they apply to.
     *
     * @throws IllegalArgumentException if there are settings and neither rule is among the policies
     */
    public static RuleSettings settings(Map<String, String> settings, Set<PolicyKind> policies) {
        if (settings.isEmpty() || policies.contains(STREAM)) {
            return new RuleSettings(settings, Map.of());
        }
        if (policies.contains(PAPER)) {
            return new RuleSettings(Map.of(), settings);
        }
        throw new IllegalArgumentException(
                "--set: applies to stream, or else to paper, but --policies has neither; add one of"
                        + " them, or drop --set");
    }

    /**
     * The kinds with some short names.
     *
     * @param shortNames {@code routers} selects all routers
     * @throws IllegalArgumentException if there is no such kind
     */
    public static Set<PolicyKind> of(List<String> shortNames) {
        return shortNames.stream().flatMap(PolicyKind::named).collect(Collectors.toSet());
    }

    private static Stream<PolicyKind> named(String shortName) {
        if (shortName.equalsIgnoreCase(ROUTERS)) {
            return Arrays.stream(values()).filter(PolicyKind::isRouter);
        }
        return Stream.of(
                Arrays.stream(values())
                        .filter(kind -> kind.shortName().equalsIgnoreCase(shortName))
                        .findFirst()
                        .orElseThrow(() -> unknown(shortName)));
    }

    private static IllegalArgumentException unknown(String shortName) {
        String known =
                Stream.concat(
                                Arrays.stream(values()).map(PolicyKind::shortName),
                                Stream.of(ROUTERS))
                        .collect(Collectors.joining(", "));
        return new IllegalArgumentException(
                "--policies: must be among %s, was %s".formatted(known, shortName));
    }
}
