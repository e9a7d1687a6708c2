package dev.messplus.replay.serving;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.replay.serving.ServingResult.ModelFigures;
import dev.messplus.replay.serving.ServingResult.Window;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * Prints what simulated fleets cost with the product and beside it. It checks nothing, and takes
 * minutes: it runs by name alone, {@code -Dtest=ServingScenarios}.
 */
class ServingScenarios {

    private static final int SEEDS = Integer.getInteger("serving.seeds", 3);
    private static final int MINUTE = 60;
    private static final long TIMEOUT_MILLIS = 3_600_000;
    private static final double ALPHA = .75;
    private static final List<IdlePolicy> IDLE = List.of(IdlePolicy.INCLUDE, IdlePolicy.SUBTRACT);

    /** The small model answers badly for 20 minutes; a router may prefer the large one for ever. */
    @Test
    void lockIn() {
        List<ServedModel> zoo =
                List.of(
                        ServedModel.of("8b", 0, ServingSetups.large().build()),
                        ServedModel.of("1b", 1, ServingSetups.small().build()));
        SyntheticZoo.Kind kind = seconds -> new double[] {.9, seconds < 20 * MINUTE ? .3 : .85};
        head("lock-in: the last 60 of 90 minutes");
        for (double perSecond : new double[] {16, 8, 24}) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                Run run = new Run(zoo, kind, perSecond, 90 * MINUTE, 30 * MINUTE, seed);
                run.print("all 8b", IdlePolicy.INCLUDE, always(2, 0));
                run.print("all 1b", IdlePolicy.INCLUDE, always(2, 1));
                IDLE.forEach(idle -> run.print("product", idle, product(2)));
            }
        }
    }

    /**
     * Calls of a model fail nine times in ten, at some 300 J each: one whose answers are cheap even
     * alone, and one whose answers are cheap beside its own failures only.
     */
    @Test
    void failures() {
        ServerSpec small = ServingSetups.small().kvTokens(1_000_000).build();
        ServerSpec large = ServingSetups.large().build();
        for (boolean blames : new boolean[] {false, true}) {
            failures("large", large, failing(small, 40, blames), 1.5);
            failures("small", small, failing(large, 12, blames), 2);
        }
    }

    private static ServedModel failing(ServerSpec server, double failedFactor, boolean blames) {
        return ServedModelBuilder.builder(ServedModel.of("failing", 1, server))
                .failedShare(.9)
                .failedFactor(failedFactor)
                .blamesServer(blames)
                .build();
    }

    private static void failures(
            String solid, ServerSpec server, ServedModel failing, double perSecond) {
        head(
                "9 of 10 calls fail by the fault of the %s, beside a %s model"
                        .formatted(failing.blamesServer() ? "server" : "request", solid));
        for (int seed = 1; seed <= SEEDS; seed++) {
            Run run =
                    new Run(
                            List.of(ServedModel.of("solid", 0, server), failing),
                            seconds -> new double[] {.9, .9},
                            perSecond,
                            40 * MINUTE,
                            10 * MINUTE,
                            seed);
            run.print("all solid", IdlePolicy.INCLUDE, always(2, 0));
            run.print("all failing", IdlePolicy.INCLUDE, always(2, 1));
            IDLE.forEach(idle -> run.print("product", idle, product(2)));
        }
    }

    /** How many calls are within their uncertainty, and how wide that is. */
    @Test
    void uncertainty() {
        System.out.println(
                "calls a second, within the uncertainty, mean uncertainty of the charge");
        for (Attribution by : Attribution.values()) {
            for (double perSecond : new double[] {.3, 4, 18}) {
                uncertainty("chats", by, ServingSetups.chats(s -> new double[] {1}, 1), perSecond);
            }
            for (double perSecond : new double[] {.3, 4, 11}) {
                uncertainty("spread", by, ServingSetups.widelySpread(), perSecond);
            }
            for (double perSecond : new double[] {.3, 2, 7}) {
                uncertainty("alternating", by, ServingSetups.alternating(), perSecond);
            }
        }
    }

    private static void uncertainty(
            String name, Attribution by, RequestDraws requests, double perSecond) {
        List<EndedCall> calls = ServingSetups.callsAlone(by, requests, perSecond, 2_000);
        double inFlight =
                perSecond
                        * calls.stream().mapToDouble(c -> c.millis() / 1e3).average().orElseThrow();
        double width =
                calls.stream()
                        .map(call -> call.charge().figure())
                        .mapToDouble(f -> 2 * Math.sqrt(f.variance()) / f.joules())
                        .average()
                        .orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%-12s %-9s %4.1f/s %5.1f in flight  within %.3f  wide %.2f%n",
                name,
                by,
                perSecond,
                inFlight,
                ServingSetups.coverage(calls),
                width);
    }

    /** More is offered than one of two equal servers can do. */
    @Test
    void equalServers() {
        ServerSpec server =
                ServingSetups.large().prefillMillisPerToken(.03).maxSequences(64).build();
        List<ServedModel> zoo =
                List.of(ServedModel.of("a", 0, server), ServedModel.of("b", 1, server));
        head("two equal servers of 20/s");
        for (int seed = 1; seed <= SEEDS; seed++) {
            Run run =
                    new Run(
                            zoo,
                            seconds -> new double[] {.85, .85},
                            28,
                            20 * MINUTE,
                            5 * MINUTE,
                            seed);
            run.print("halves", IdlePolicy.INCLUDE, s -> mix(new double[] {.5, .5}, s));
            IDLE.forEach(idle -> run.print("product", idle, product(2)));
        }
    }

    /** The load alternates between .3 and 12 requests/s, a minute each: what is charged changes. */
    @Test
    void alternatingLoad() {
        head("one model at .3 and 12/s in turns");
        for (double sigma : new double[] {0, .2, .6}) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                ServingRouter router = product(1).apply(seed);
                ServedWorld world =
                        new ServedWorld(
                                ServingSetups.gpus(1, IdlePolicy.INCLUDE),
                                List.of(ServedModel.of("8b", 0, ServingSetups.large().build())),
                                RateCurve.bursts(.3, 12, 2 * MINUTE, MINUTE),
                                new SyntheticZoo(
                                        List.of(seconds -> new double[] {.9}),
                                        new TokenLengths(300, 0, 200, sigma),
                                        seed),
                                router,
                                seed);
                Window window = world.run(60 * MINUTE).window(10 * MINUTE, 60 * MINUTE);
                System.out.printf(
                        Locale.ROOT,
                        "lengths of sigma %.1f  %d  error %4.2f%n",
                        sigma,
                        seed,
                        window.estimateError());
            }
        }
    }

    private static LongFunction<ServingRouter> product(int models) {
        return seed -> new MessRouter(MessSettings.ofDefaults(ALPHA, models, seed));
    }

    private static LongFunction<ServingRouter> always(int models, int model) {
        double[] shares = new double[models];
        shares[model] = 1;
        return seed -> mix(shares, seed);
    }

    private static ServingRouter mix(double[] shares, long seed) {
        return new StaticMixRouter(shares, TIMEOUT_MILLIS, seed);
    }

    /** Arrivals with one seed, and the window to look at. */
    private record Run(
            List<ServedModel> zoo,
            SyntheticZoo.Kind kind,
            double perSecond,
            int seconds,
            int fromSecond,
            long seed) {

        void print(String name, IdlePolicy idle, LongFunction<ServingRouter> router) {
            ServedWorld world =
                    new ServedWorld(
                            ServingSetups.gpus(zoo.size(), idle),
                            zoo,
                            RateCurve.constant(perSecond),
                            ServingSetups.chats(kind, seed),
                            router.apply(seed),
                            seed);
            Window window = world.run(seconds).window(fromSecond, seconds);
            StringBuilder line = new StringBuilder();
            line.append(
                    String.format(
                            Locale.ROOT,
                            "%-12s %-9s %4.1f/s %d %7.1f J %.3f  wait %6.2f %7.2f s  error %4.2f  none %d",
                            name,
                            name.equals("product") ? idle : "",
                            perSecond,
                            seed,
                            window.joulesPerRequest(),
                            window.score(),
                            window.waitP50Seconds(),
                            window.waitP99Seconds(),
                            window.estimateError(),
                            window.unanswered()));
            for (ModelFigures model : window.models()) {
                line.append(
                        String.format(
                                Locale.ROOT,
                                " | %s %3.0f%% true %6.1f charged %6.1f failed %d",
                                model.model(),
                                100 * model.share(),
                                model.trueJoules(),
                                model.chargedJoules(),
                                model.failed()));
            }
            System.out.println(line);
        }
    }

    private static void head(String title) {
        System.out.println();
        System.out.println(
                title
                        + ": J a request of all devices, score, wait p50 and p99, error of the estimate");
    }
}
