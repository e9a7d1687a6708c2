package dev.messplus.replay.serving;

import dev.messplus.energy.IdlePolicy;
import dev.messplus.record.FailedAttempts;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.ModelLoad;
import dev.messplus.record.ServerWork;
import dev.messplus.record.ServerWorkBuilder;
import dev.messplus.record.TokenCounts;
import dev.messplus.replay.serving.ServingResult.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Prints what each term of the price does: the same worlds with it and without it, with 95%
 * intervals. It checks nothing, and takes up to an hour: it runs by name alone, {@code
 * -Dtest=ServingAblations}.
 */
class ServingAblations {

    private static final int SEEDS = Integer.getInteger("serving.seeds", 40);
    private static final int MINUTE = 60;
    private static final double ALPHA = .75;

    /** A term is left out by keeping from the router what it is learned from. */
    private enum Without {
        NOTHING,

        /** Calls in flight: joules of a call are their mean at past loads. */
        LOAD {
            @Override
            ServerWork work(ServerWork work) {
                return builder(work).concurrency(Double.NaN).build();
            }
        },

        /** Seconds of calls: no rate is known, so that models are priced at the load of now. */
        PLAN {
            @Override
            ServerWork work(ServerWork work) {
                return builder(work).seconds(Double.NaN).build();
            }
        },

        /** What servers can do: what waits costs nothing, and nothing is planned for them. */
        WAITING {
            @Override
            ModelLoad load(ModelLoad load) {
                return new ModelLoad(load.concurrency(), 0);
            }
        },

        /** Tokens of answers: all calls are alike. */
        LENGTHS {
            @Override
            Measurement measurement(Measurement measurement) {
                return builder(measurement).tokens(TokenCounts.UNKNOWN).build();
            }
        },

        /** Joules of calls that fail. */
        FAILURES {
            @Override
            Measurement measurement(Measurement measurement) {
                return builder(measurement).failed(FailedAttempts.NONE).build();
            }
        };

        Measurement measurement(Measurement measurement) {
            return builder(measurement).work(work(measurement.work())).build();
        }

        ServerWork work(ServerWork work) {
            return work;
        }

        ModelLoad load(ModelLoad load) {
            return load;
        }

        private static MeasurementBuilder builder(Measurement measurement) {
            return MeasurementBuilder.builder(measurement);
        }

        private static ServerWorkBuilder builder(ServerWork work) {
            return ServerWorkBuilder.builder(work);
        }

        ServingRouter router(long seed) {
            UnaryOperator<Measurement> measured = this::measurement;
            return new MessRouter(MessSettings.ofDefaults(ALPHA, 2, seed), measured, this::load);
        }
    }

    /** The small model answers badly for 20 minutes, then nearly as well as the large one. */
    @Test
    void lockIn() {
        List<ServedModel> zoo =
                List.of(
                        ServedModel.of("8b", 0, ServingSetups.large().build()),
                        ServedModel.of("1b", 1, ServingSetups.small().build()));
        SyntheticZoo.Kind kind = seconds -> new double[] {.9, seconds < 20 * MINUTE ? .3 : .85};
        for (double perSecond : new double[] {8, 16, 24}) {
            print("lock-in", new World(zoo, kind, perSecond, 60 * MINUTE, 40 * MINUTE));
        }
    }

    /** Nine in ten calls of the model that looks cheaper fail. */
    @Test
    void failures() {
        ServedModel failing =
                ServedModelBuilder.builder(
                                ServedModel.of(
                                        "failing",
                                        1,
                                        ServingSetups.small().kvTokens(1_000_000).build()))
                        .failedShare(.9)
                        .failedFactor(40)
                        .blamesServer(false)
                        .build();
        print(
                "failures",
                new World(
                        List.of(ServedModel.of("solid", 0, ServingSetups.large().build()), failing),
                        seconds -> new double[] {.9, .9},
                        1.5,
                        20 * MINUTE,
                        10 * MINUTE));
    }

    /** Two equal servers of some 20 requests a second. */
    @Test
    void equalServers() {
        ServerSpec server =
                ServingSetups.large().prefillMillisPerToken(.03).maxSequences(64).build();
        print(
                "equal servers",
                new World(
                        List.of(ServedModel.of("a", 0, server), ServedModel.of("b", 1, server)),
                        seconds -> new double[] {.85, .85},
                        28,
                        15 * MINUTE,
                        5 * MINUTE));
    }

    private record World(
            List<ServedModel> zoo,
            SyntheticZoo.Kind kind,
            double perSecond,
            int seconds,
            int fromSecond) {

        Window run(Without without, long seed) {
            return new ServedWorld(
                            ServingSetups.gpus(zoo.size(), IdlePolicy.INCLUDE),
                            zoo,
                            RateCurve.constant(perSecond),
                            ServingSetups.chats(kind, seed),
                            without.router(seed),
                            seed)
                    .run(seconds)
                    .window(fromSecond, seconds);
        }
    }

    private static void print(String name, World world) {
        System.out.printf(
                "%n%s, %.0f/s: J a request, wait p99 in seconds, score%n", name, world.perSecond());
        for (Without without : Without.values()) {
            List<Window> windows =
                    LongStream.rangeClosed(1, SEEDS)
                            .mapToObj(seed -> world.run(without, seed))
                            .toList();
            System.out.printf(
                    Locale.ROOT,
                    "without %-9s %s   %s   %s%n",
                    without.name().toLowerCase(Locale.ROOT),
                    interval(windows.stream().mapToDouble(Window::joulesPerRequest).toArray()),
                    interval(windows.stream().mapToDouble(Window::waitP99Seconds).toArray()),
                    interval(windows.stream().mapToDouble(Window::score).toArray()));
        }
    }

    /** Mean and half of its 95% interval. */
    private static String interval(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        int n = values.length;
        double half = n > 1 ? 1.96 * Math.sqrt(squares / (n - 1) / n) : Double.NaN;
        return String.format(Locale.ROOT, "%8.3f +- %.3f", mean, half);
    }
}
