package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What calls of an 8B and of a 1B model are charged that share a GPU: their prices are to be in the
 * proportion of their work, whatever the load. If all calls shared the time evenly, the ratio of
 * the prices would be 1.0 to 2.5 from 2 requests a second on, instead of 1.0 to 15.
 */
class ModelsOnOneGpuTest {

    private static final int MINUTE = 60;
    private static final int MIN_SECONDS = 15 * MINUTE;
    private static final int MIN_CALLS = 1_500;

    /** Part of the calls at the begin that are left out: what they teach comes late for them. */
    private static final double LEARNING = .1;

    /** How far the ratio of the two prices may be off. */
    private static final double MOST_OFF = .2;

    private static final double PROMISED = .95;

    /** A load, and the shares of the two models. */
    private record Load(String name, RateCurve curve, double[] shares) {

        static List<Load> all() {
            List<Load> loads = new ArrayList<>();
            for (double perSecond : new double[] {.3, 2, 8, 20}) {
                for (double large : new double[] {.5, 10 / 11., 1 / 11.}) {
                    loads.add(
                            new Load(
                                    String.format(
                                            Locale.ROOT, "%.1f/s, %.2f large", perSecond, large),
                                    new QuietAtFirst(perSecond),
                                    new double[] {large, 1 - large}));
                }
            }
            loads.add(
                    new Load(
                            ".3 and 12/s in turns",
                            RateCurve.bursts(.3, 12, 2 * MINUTE, MINUTE),
                            new double[] {.5, .5}));
            return loads;
        }

        double seconds() {
            return Math.max(MIN_SECONDS, MIN_CALLS / curve.mean());
        }

        List<EndedCall> run(IdlePolicy idle, Attribution by) {
            List<EndedCall> calls =
                    new ServedWorld(
                                    List.of(DeviceSpec.nvml(ServingSetups.IDLE_WATTS, idle).by(by)),
                                    List.of(
                                            ServedModel.of(
                                                    "large", 0, ServingSetups.large().build()),
                                            ServedModel.of(
                                                    "small", 0, ServingSetups.small().build())),
                                    curve,
                                    ServingSetups.chats(at -> new double[] {1, 1}, 1),
                                    new StaticMixRouter(shares, 3_600_000, 1),
                                    1)
                            .run(seconds()).served().stream()
                                    .flatMap(served -> served.response().calls().stream())
                                    .filter(call -> call.charge().figure().settled())
                                    .toList();
            return calls.subList((int) (LEARNING * calls.size()), calls.size());
        }
    }

    /** A minute of little traffic, as when a job begins, and then a constant rate. */
    private record QuietAtFirst(double mean) implements RateCurve {

        @Override
        public double requestsPerSecond(double seconds) {
            return seconds < MINUTE ? Math.min(.3, mean) : mean;
        }

        @Override
        public double most() {
            return mean;
        }
    }

    @ParameterizedTest
    @CsvSource({"INCLUDE, INFLIGHT", "SUBTRACT, INFLIGHT", "INCLUDE, TOKENS"})
    void pricesAreInTheProportionOfTheWork(IdlePolicy idle, Attribution by) {
        for (Load load : Load.all()) {
            List<EndedCall> calls = load.run(idle, by);
            double charged = ratio(calls, call -> call.charge().figure().joules());
            double truth = ratio(calls, call -> truth(call, idle));
            assertThat(charged / truth).as(load.name()).isCloseTo(1, within(MOST_OFF));
            assertThat(coverage(calls, idle)).as(load.name()).isGreaterThan(PROMISED);
        }
    }

    /** What a call took of the device, without its idle power if nobody pays for that. */
    private static double truth(EndedCall call, IdlePolicy idle) {
        double watts = idle == IdlePolicy.SUBTRACT ? ServingSetups.IDLE_WATTS : 0;
        return call.trueJoules() - watts * call.trueSeconds();
    }

    /** The share of calls whose truth is within the uncertainty of what they are charged. */
    private static double coverage(List<EndedCall> calls, IdlePolicy idle) {
        return calls.stream()
                .mapToDouble(
                        call -> {
                            var figure = call.charge().figure();
                            double off = Math.abs(figure.joules() - truth(call, idle));
                            return off <= 2 * Math.sqrt(figure.variance()) ? 1 : 0;
                        })
                .average()
                .orElseThrow();
    }

    /** The mean price of a call of the large model over that of the small one. */
    private static double ratio(List<EndedCall> calls, ToDoubleFunction<EndedCall> joules) {
        return mean("large", calls, joules) / mean("small", calls, joules);
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
