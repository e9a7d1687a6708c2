package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.StreamWorld.rates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order, the prices and the number of a zoo's models may be any. */
class AnyZooTest {

    private static final int[][] ORDERS_OF_THREE = {
        {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
    };

    /** Prices 1 : 17 : 30 : 500. A mix of the first two keeps a promise of .9, at 41.3 J. */
    private static final double[] STEEP_JOULES = {3, 50, 90, 1_500};

    private static final double[][] STEEP_RATES = rates(0.79, 0.925, 0.927, 0.934);
    private static final double STEEP_MIX = 3 + 47 * 0.11 / 0.135;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOrderOfTheZooMeansNothing(boolean joulesKnown) {
        List<String> expected = null;
        for (int[] order : ORDERS_OF_THREE) {
            StreamWorld world =
                    new StreamWorld(0.65, order, new double[] {11, 29, 97}, rates(0.5, 0.6, 0.75));
            if (joulesKnown) {
                world.priced();
            }
            world.play(3_000, 32);
            expected = expected == null ? List.copyOf(world.asked) : expected;
            assertThat(world.asked).isEqualTo(expected);
        }
    }

    /** Joules are unknown for 16 requests and scores for 256, and d is needed: 25 J at least. */
    @ParameterizedTest
    @CsvSource({"0, 1, 2, 3", "3, 2, 1, 0", "2, 0, 3, 1", "1, 3, 0, 2"})
    void inAnyOrderThePromiseIsKept(int first, int second, int third, int last) {
        int[] order = {first, second, third, last};
        StreamWorld world =
                new StreamWorld(
                                0.6,
                                order,
                                new double[] {8, 9, 9.5, 40},
                                rates(0.37, 0.52, 0.56, 0.64))
                        .joulesAfter(16);
        double spent = world.joulesPerRequest(10_000, 256);
        assertThat(world.averageScore()).isBetween(0.6 - 0.003, 0.6 + 0.005);
        assertThat(world.sla.queue.maxDeficit).isLessThan(100);
        assertThat(spent).isLessThan(36);
    }

    /**
     * The mean of five seeds. 1,024 requests in flight are a fifth of a run, and are decided before
     * the first score is known, so more is missed then.
     */
    @ParameterizedTest
    @CsvSource({"0, .002", "64, .002", "256, .002", "512, .003", "1024, .01"})
    void hundredsInFlightAreNotRuinousInASteepZoo(int inFlight, double tolerance) {
        for (boolean joulesKnown : new boolean[] {true, false}) {
            double spent = 0;
            double scores = 0;
            for (int seed = 1; seed <= 5; seed++) {
                StreamWorld world =
                        new StreamWorld(0.9, STEEP_JOULES, STEEP_RATES).seed(seed).scored();
                world = joulesKnown ? world.priced() : world.joulesAfter(16);
                spent += world.joulesPerRequest(4_000 + inFlight, inFlight) / 5;
                scores += world.averageScore() / 5;
            }
            assertThat(spent).as("joules known: %s", joulesKnown).isLessThan(1.4 * STEEP_MIX);
            assertThat(scores).isGreaterThan(0.9 - tolerance);
        }
    }

    /**
     * What would be served by the expensive model all the while costs 500 J a request; cheap is
     * good enough.
     */
    @Test
    void aDearModelDoesNotServeABlindStream() {
        StreamWorld world = new StreamWorld(0.6, new double[] {1, 500}, rates(0.7, 0.8)).priced();
        world.play(2_000, 256);
        assertThat(world.sla.state.servedJoules / 2_000).isLessThan(25);
    }

    /**
     * The promise is .02 below the best model's mean score. What the 1,024 requests before the
     * first label miss cannot be made up for by the end: only models within .02 are above it.
     */
    @ParameterizedTest
    @CsvSource({"0, .002", "256, .002", "1024, .03"})
    void nineModelsKeepThePromise(int inFlight, double tolerance) {
        for (int zoo = 1; zoo <= 30; zoo++) {
            var random = new SplittableRandom(zoo);
            double[] joules = random.doubles(9).map(u -> 8 * Math.exp(2 * u)).toArray();
            double[][] rates = nineModels(random);
            double best = Stream.of(rates).mapToDouble(AnyZooTest::mean).max().orElseThrow();
            double alpha = best - 0.02;
            StreamWorld world =
                    new StreamWorld(alpha, joules, rates).seed(zoo).scored().joulesAfter(16);
            world.play(6_000 + inFlight, inFlight);
            assertThat(world.averageScore() - alpha).as("zoo %s", zoo).isGreaterThan(-tolerance);
        }
    }

    /** Rates that have nothing to do with prices, for eight kinds of prompt, some of them hard. */
    private static double[][] nineModels(SplittableRandom random) {
        double[] ease = random.doubles(8, -0.3, 0.3).toArray();
        double[][] rates = new double[9][8];
        for (double[] ofModel : rates) {
            double mean = random.nextDouble(0.35, 0.6);
            for (int kind = 0; kind < 8; kind++) {
                double rate = mean + ease[kind] + random.nextDouble(-0.15, 0.15);
                ofModel[kind] = Math.max(0, Math.min(1, rate));
            }
        }
        return rates;
    }

    private static double mean(double[] rates) {
        return DoubleStream.of(rates).average().orElseThrow();
    }

    @Test
    void freeModelsAreLearnedAndDoNotMoveThePrice() {
        StreamWorld world = new StreamWorld(0.7, new double[] {0, 0, 100}, rates(0.5, 0.6, 0.8));
        world.play(5_000, 16);
        TestSla sla = world.sla;
        assertThat(sla.state.price.base).isCloseTo(100 / 0.08, within(1e-9));
        assertThat(sla.queue.q).isLessThan(20);
        assertThat(sla.model("a").accuracy.labels).isBetween(20L, 1_000L);
        assertThat(sla.model("b").accuracy.labels).isBetween(20L, 4_500L);
        assertThat(sla.model("b").served).isGreaterThan(sla.model("a").served);
    }

    /**
     * The better free model is .04 short of the promise. With it alone, a deficit of 240 requests
     * is all that 6,000 leave.
     */
    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void freeModelsDoNotStandInTheWayOfThePromise(int inFlight) {
        for (int seed = 1; seed <= 5; seed++) {
            StreamWorld world =
                    new StreamWorld(0.64, new double[] {0, 0, 100}, rates(0.5, 0.6, 0.7))
                            .seed(seed);
            world.play(6_000 + inFlight, inFlight);
            assertThat(world.averageScore()).as("seed %s", seed).isGreaterThan(0.64 - 0.002);
            assertThat(world.sla.queue.maxDeficit).isLessThan(100);
        }
    }
}
