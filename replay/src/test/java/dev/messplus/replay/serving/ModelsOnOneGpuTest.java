package dev.messplus.replay.serving;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What calls of an 8B and of a 1B model are charged that share a GPU: their prices are to be in the
 * proportion of their work, whatever the load.
 */
class ModelsOnOneGpuTest {

    private static final int CALLS = 1_500;
    private static final int MINUTE = 60;

    /** How far the ratio of the two prices may be off. */
    private static final double MOST_OFF = .25;

    /** A load, and the shares of the two models. */
    private record Load(String name, RateCurve curve, double[] shares) {

        static List<Load> all() {
            List<Load> loads = new ArrayList<>();
            for (double perSecond : new double[] {.3, 2, 8, 20}) {
                for (double[] shares :
                        List.of(
                                new double[] {.5, .5},
                                new double[] {10 / 11., 1 / 11.},
                                new double[] {1 / 11., 10 / 11.})) {
                    loads.add(
                            new Load(
                                    "%.1f/s".formatted(perSecond),
                                    quietAtFirst(perSecond),
                                    shares));
                }
            }
            loads.add(
                    new Load(
                            ".3 and 12/s",
                            RateCurve.bursts(.3, 12, MINUTE, MINUTE / 2.),
                            new double[] {.5, .5}));
            return loads;
        }
    }

    /** A rate that begins as that of a job does. */
    private static RateCurve quietAtFirst(double perSecond) {
        return new RateCurve() {
            @Override
            public double requestsPerSecond(double seconds) {
                return seconds < Integer.getInteger("quiet", MINUTE)
                        ? Math.min(.3, perSecond)
                        : perSecond;
            }

            @Override
            public double most() {
                return perSecond;
            }

            @Override
            public double mean() {
                return perSecond;
            }
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = IdlePolicy.class,
            names = {"INCLUDE", "SUBTRACT"})
    void pricesAreInTheProportionOfTheWork(IdlePolicy idle) {
        for (Attribution by :
                System.getProperty("by") == null
                        ? Attribution.values()
                        : new Attribution[] {Attribution.valueOf(System.getProperty("by"))}) {
            for (Load load : Load.all()) {
                List<EndedCall> calls = run(load, idle, by);
                double idleWatts = idle == IdlePolicy.SUBTRACT ? ServingSetups.IDLE_WATTS : 0;
                double charged = ratio(calls, call -> call.charge().figure().joules());
                double truth = ratio(calls, c -> c.trueJoules() - idleWatts * c.trueSeconds());
                System.out.printf(
                        Locale.ROOT,
                        "%-8s %-8s %-12s %.2f  true %5.2f charged %5.2f  off %+.2f  within %.3f%n",
                        idle,
                        by,
                        load.name(),
                        load.shares()[0],
                        truth,
                        charged,
                        charged / truth - 1,
                        ServingSetups.coverage(calls));
            }
        }
    }

    private static List<EndedCall> run(Load load, IdlePolicy idle, Attribution by) {
        double seconds =
                Math.max(
                        Double.parseDouble(System.getProperty("sec", "0")),
                        CALLS / load.curve().mean());
        return new ServedWorld(
                        List.of(DeviceSpec.nvml(ServingSetups.IDLE_WATTS, idle).by(by)),
                        List.of(
                                ServedModel.of("8b", 0, ServingSetups.large().build()),
                                ServedModel.of("1b", 0, ServingSetups.small().build())),
                        load.curve(),
                        ServingSetups.chats(s -> new double[] {1, 1}, 1),
                        new StaticMixRouter(load.shares(), 3_600_000, 1),
                        1)
                .run(seconds).served().stream()
                        .flatMap(served -> served.response().calls().stream())
                        .filter(call -> call.charge().figure().settled())
                        .skip(
                                (long)
                                        (Math.max(seconds, 0)
                                                * load.curve().mean()
                                                / Double.parseDouble(
                                                        System.getProperty("skip", "10"))))
                        .toList();
    }

    /** The mean price of a call of the large model over that of the small one. */
    private static double ratio(List<EndedCall> calls, ToDoubleFunction<EndedCall> joules) {
        return mean("8b", calls, joules) / mean("1b", calls, joules);
    }

    private static double mean(
            String model, List<EndedCall> calls, ToDoubleFunction<EndedCall> joules) {
        return calls.stream()
                .filter(call -> call.model().equals(model))
                .mapToDouble(joules)
                .average()
                .orElseThrow();
    }
}
