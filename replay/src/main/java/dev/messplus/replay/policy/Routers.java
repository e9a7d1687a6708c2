package dev.messplus.replay.policy;

import dev.messplus.replay.router.bandit.LinUcb;
import dev.messplus.replay.router.bandit.LinearThompson;
import dev.messplus.replay.router.bandit.ParetoBandit;
import dev.messplus.replay.router.dual.Port;
import dev.messplus.replay.router.dual.Port.Resolving;
import dev.messplus.replay.router.queue.Mess2025;
import dev.messplus.replay.router.threshold.RouteLlm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The routers from the literature: each with the settings of its authors, and with a grid of
 * settings of which the best in hindsight counts. What authors do not say is chosen here, and named
 * in {@code docs/routers.md}.
 */
final class Routers {

    /** V of the poster of MESS+, per joule. */
    private static final double POSTER_V = .1;

    /** Probability with which a confidence interval may fail. */
    private static final double DELTA = .05;

    /** Over the most expensive model's mean joules. */
    private static final List<Double> V = List.of(.05, .2, 1.0, 4.0);

    private static final List<Double> C = List.of(.1, .5, 1.0);
    private static final List<Double> UNCERTAINTY = List.of(.05, .2, 1.0);
    private static final List<Double> KEEP = List.of(.995, 1.0);
    private static final List<Double> STEP = List.of(.005, .05);
    private static final List<Double> PREFIX = List.of(.02, .1);
    private static final List<Double> MARGIN = List.of(0.0, .02);
    private static final List<Integer> NEIGHBOURS = List.of(5, 50);

    /** Share of the requests that are labelled first, where authors have a data set for it. */
    private static final double LABELLED_FIRST = .05;

    /** RouteLLM tries every pair of this many models, from the cheapest on. */
    private static final int ROUTELLM_MODELS = 4;

    private static final int PORT_NEIGHBOURS = 5;
    private static final double PORT_WATCHED = .025;

    static final RouterGrid MESS_2025 =
            RouterGrid.published(
                    "V 0.01 per joule, c 1",
                    setting -> new Mess2025(setting, new Mess2025.Config(.01, 1)));

    static final RouterGrid MESS_2025_BEST =
            RouterGrid.best("V in %s, and c in %s".formatted(V, C), pairs(V, C, Routers::mess2025));

    static final RouterGrid LINUCB =
            RouterGrid.published(
                    "width %.2f, V %s per joule".formatted(LinUcb.width(DELTA), POSTER_V),
                    setting -> new LinUcb(setting, LinUcb.width(DELTA), POSTER_V));

    static final RouterGrid LINUCB_BEST =
            RouterGrid.best(
                    "width in %s, and V in %s".formatted(UNCERTAINTY, V),
                    pairs(V, UNCERTAINTY, Routers::linUcb));

    static final RouterGrid THOMPSON =
            RouterGrid.published(
                    "spread of the regret bound, V %s per joule".formatted(POSTER_V),
                    setting ->
                            new LinearThompson(
                                    setting, LinearThompson.spread(setting, DELTA), POSTER_V));

    static final RouterGrid THOMPSON_BEST =
            RouterGrid.best(
                    "spread in %s, and V in %s".formatted(UNCERTAINTY, V),
                    pairs(V, UNCERTAINTY, Routers::thompson));

    static final RouterGrid PARETOBANDIT =
            RouterGrid.published(
                    "width 0.1, keep 0.995, step 0.05",
                    setting -> new ParetoBandit(setting, ParetoBandit.Config.published()));

    static final RouterGrid PARETOBANDIT_BEST =
            RouterGrid.best(
                    "width in %s, keep in %s, and step in %s".formatted(UNCERTAINTY, KEEP, STEP),
                    paretoBandit());

    static final RouterGrid PORT =
            RouterGrid.published(
                    "history 0.05, k 5, watched 0.025",
                    port(LABELLED_FIRST, PORT_NEIGHBOURS, 0, Resolving.ONCE).router());

    static final RouterGrid PORT_BEST =
            RouterGrid.best(
                    "history in %s, k in %s, margin in %s, and solved once or again"
                            .formatted(PREFIX, NEIGHBOURS, MARGIN),
                    port());

    static final RouterGrid ROUTELLM =
            RouterGrid.published(
                    "calibration 0.05, cheapest and most accurate model",
                    setting ->
                            new RouteLlm(
                                    setting,
                                    new RouteLlm.Config(
                                            setting.mostAccurate(),
                                            setting.cheapest(0),
                                            LABELLED_FIRST,
                                            0)));

    static final RouterGrid ROUTELLM_BEST =
            RouterGrid.best(
                    "every pair of the four cheapest models, calibration in %s, and margin in %s"
                            .formatted(PREFIX, MARGIN),
                    routeLlm());

    private Routers() {}

    /** A point for each pair of settings. */
    private static List<RouterPolicy> pairs(
            List<Double> first,
            List<Double> second,
            BiFunction<Double, Double, RouterPolicy> point) {
        return first.stream()
                .flatMap(one -> second.stream().map(other -> point.apply(one, other)))
                .toList();
    }

    private static RouterPolicy mess2025(double v, double c) {
        return new RouterPolicy(
                "V %s, c %s".formatted(v, c),
                setting -> new Mess2025(setting, new Mess2025.Config(setting.perJoule(v), c)));
    }

    private static RouterPolicy linUcb(double v, double width) {
        return new RouterPolicy(
                "width %s, V %s".formatted(width, v),
                setting -> new LinUcb(setting, width, setting.perJoule(v)));
    }

    private static RouterPolicy thompson(double v, double spread) {
        return new RouterPolicy(
                "spread %s, V %s".formatted(spread, v),
                setting -> new LinearThompson(setting, spread, setting.perJoule(v)));
    }

    private static List<RouterPolicy> paretoBandit() {
        List<RouterPolicy> points = new ArrayList<>();
        for (double width : UNCERTAINTY) {
            for (double keep : KEEP) {
                for (double step : STEP) {
                    var config = new ParetoBandit.Config(width, keep, step);
                    points.add(
                            new RouterPolicy(
                                    "width %s, keep %s, step %s".formatted(width, keep, step),
                                    setting -> new ParetoBandit(setting, config)));
                }
            }
        }
        return points;
    }

    private static List<RouterPolicy> port() {
        List<RouterPolicy> points = new ArrayList<>();
        for (double history : PREFIX) {
            for (int k : NEIGHBOURS) {
                for (double margin : MARGIN) {
                    for (Resolving resolving : Resolving.values()) {
                        points.add(port(history, k, margin, resolving));
                    }
                }
            }
        }
        return points;
    }

    private static RouterPolicy port(double history, int k, double margin, Resolving resolving) {
        String solved = resolving == Resolving.ONCE ? "once" : "again";
        Port.Config config = config(history, k, margin, resolving);
        return new RouterPolicy(
                "history %s, k %s, margin %s, solved %s".formatted(history, k, margin, solved),
                setting -> new Port(setting, config));
    }

    private static Port.Config config(double history, int k, double margin, Resolving resolving) {
        return new Port.Config(history, k, PORT_WATCHED, margin, resolving);
    }

    private static List<RouterPolicy> routeLlm() {
        List<RouterPolicy> points = new ArrayList<>();
        for (int strong = 1; strong < ROUTELLM_MODELS; strong++) {
            for (int weak = 0; weak < strong; weak++) {
                for (double calibration : PREFIX) {
                    for (double margin : MARGIN) {
                        points.add(routeLlm(weak, strong, calibration, margin));
                    }
                }
            }
        }
        return points;
    }

    private static RouterPolicy routeLlm(int weak, int strong, double calibration, double margin) {
        return new RouterPolicy(
                "models %d and %d by price, calibration %s, margin %s"
                        .formatted(weak + 1, strong + 1, calibration, margin),
                setting ->
                        new RouteLlm(
                                setting,
                                new RouteLlm.Config(
                                        setting.cheapest(strong),
                                        setting.cheapest(weak),
                                        calibration,
                                        margin)));
    }
}
