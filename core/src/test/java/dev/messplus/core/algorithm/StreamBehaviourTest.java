package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.StreamWorld.rates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stream's rule holds to at any age, through outages and within its budget. */
class StreamBehaviourTest {

    private static final double[] JOULES = {10, 30, 100};
    private static final double[][] RATES = rates(0.5, 0.6, 0.75);

    @Test
    void theMarginDoesNotGrowWithTheAgeOfTheJob() {
        StreamWorld world = new StreamWorld(0.65, JOULES, RATES).rated(0.95);
        world.play(30_000, 64);
        double young = -world.sla.price().minQueue();
        world.play(90_000, 64);
        assertThat(-world.sla.price().minQueue()).isCloseTo(young, within(1.0));
    }

    /** 62 requests of margin and credit are settled once, not with every window. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.95})
    void anOldJobTakesNoMoreEnergyThanAYoungOne(double rated) {
        StreamWorld world = new StreamWorld(0.65, JOULES, RATES).rated(rated);
        double young = world.joulesPerRequest(40_000, 64);
        world.play(80_000, 64);
        assertThat(world.joulesPerRequest(40_000, 64)).isLessThan(1.06 * young);
        assertThat(world.averageScore()).isCloseTo(0.65, within(0.002));
    }

    /**
     * All scores are halved for a window. Of what was missed then, at most some 280 requests are
     * owed, and made up for in a quarter of a window.
     */
    @Test
    void anOutageIsNotPaidForLongAfterIt() {
        StreamWorld world = new StreamWorld(0.65, JOULES, rates(0.5, 0.6, 0.8));
        double before = world.joulesPerRequest(10_000, 64);
        double[][] healthy = world.rates();
        world.become(rates(0.25, 0.3, 0.4));
        world.play(10_000, 64);
        assertThat(world.sla.queue.q).isLessThanOrEqualTo(world.sla.price().maxQueue());
        assertThat(world.sla.queue.q).isBetween(200.0, 300.0);
        world.become(healthy);
        world.play(2_500, 64);
        assertThat(world.sla.queue.q).isLessThan(50);
        assertThat(world.joulesPerRequest(10_000, 64)).isLessThan(1.25 * before);
    }

    /** Where all models were alike in an outage, which one is best must be learned anew. */
    @Test
    void theQueueComesDownWithinAWindowOrTwoOfAnOutageInWhichAllWereAlike() {
        for (int seed = 1; seed <= 3; seed++) {
            StreamWorld world = new StreamWorld(0.65, JOULES, rates(0.5, 0.6, 0.8)).seed(seed);
            world.play(3_000, 16);
            double[][] healthy = world.rates();
            world.become(rates(0.2, 0.2, 0.2));
            world.play(20_000, 16);
            world.become(healthy);
            world.play(15_000, 16);
            assertThat(world.sla.queue.q).as("seed %s", seed).isLessThan(50);
        }
    }

    /**
     * A promise of .68 takes middle for 47% of requests and big for the rest, 67 J. Labels of
     * 20,000 requests are .47 / sqrt(20,000) = .0033 off their rates, which is worth 1.6 J; three
     * times that, and 1.5 J for a margin and a credit of 62 requests, make 73 J. Every request in
     * flight before the first label misses .18 or less, and so do as many after it.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 1", "0, 2", "0, 3", "0, 4", "0, 5", "64, 1", "64, 2", "64, 3", "64, 4", "64, 5"
    })
    void keepsThePromiseWhenScoresAreChance(int inFlight, long seed) {
        StreamWorld world = new StreamWorld(0.68, JOULES, RATES).seed(seed);
        world.play(20_000 + inFlight, inFlight);
        TestSla sla = world.sla;
        assertThat(sla.queue.labelled).isEqualTo(20_000);
        assertThat(sla.queue.averageScore()).isBetween(0.68 - 0.001, 0.68 + 0.004);
        assertThat(sla.queue.maxDeficit).isLessThan(40 + 2 * 0.18 * inFlight);
        assertThat(sla.state.servedJoules / 20_000).isBetween(62.0, 73.0);
    }

    /** Strong is away for 100 of 2,000 requests, and what was missed is made up for. */
    @Test
    void makesGoodForAnOutageOfTheStrongModelOnceItIsBack() {
        StreamWorld world = new StreamWorld(0.65, new double[] {10, 40}, rates(0.5, 0.8));
        world.play(1_000, 16);
        world.sla.algorithm.markUnavailable("b", 1_000);
        List<String> before = List.copyOf(world.asked);
        world.play(100, 16);
        assertThat(world.asked.subList(before.size(), world.asked.size())).containsOnly("a");
        world.sla.nowMillis = 1_000;
        world.play(2_000, 16);
        assertThat(world.sla.queue.averageScore()).isGreaterThan(0.65 - 0.002);
    }

    /** 10% of the energy of the answers that were chosen, times e^2 at most. */
    @Test
    void secondAnswersStayWithinTheirBudget() {
        double most = 0.1 * Math.exp(2);
        for (double alpha : new double[] {0.4, 0.65, 0.74, 0.95}) {
            StreamWorld world = new StreamWorld(alpha, JOULES, RATES);
            world.play(3_000, 64);
            double chosenJoules = world.sla.state.servedJoules;
            assertThat(world.sla.state.explorationJoules())
                    .as("alpha %s", alpha)
                    .isPositive()
                    .isLessThan(most * chosenJoules + 2 * (10 + 30 + 100));
        }
    }

    /** Where any model keeps the promise: 10% times e^-2. */
    @Test
    void aPromiseThatIsKeptWithEaseLearnsLittle() {
        StreamWorld world = new StreamWorld(0.1, JOULES, RATES);
        world.play(10_000, 0);
        assertThat(world.sla.state.explorationJoules())
                .isLessThan(0.02 * world.sla.state.servedJoules + 10 + 30 + 100);
    }
}
