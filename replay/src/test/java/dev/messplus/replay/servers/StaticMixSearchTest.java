package dev.messplus.replay.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.outcome.Traffic;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaticMixSearchTest {

    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

    /**
     * By hand: 1, 10 and 8 J. Half of the first and half of the second is 5.5 J at a score of .75.
     */
    @Test
    void wherePowerIsProportionalToTheLoadItIsThePairOfTheLinearProgram() {
        ServersSetup setup =
                TinyServers.setup(
                        20,
                        200,
                        TinyServers.proportional(1),
                        TinyServers.proportional(10),
                        TinyServers.proportional(8));
        Traffic traffic = TinyServers.traffic(50, 100, 60);

        MixTrial best = best(setup, traffic, .75);

        assertThat(best.shares()[0]).isCloseTo(.5, within(.03));
        assertThat(best.shares()[2]).isZero();
        assertThat(best.window().score()).isCloseTo(.75, within(.005));
        assertThat(best.joules()).isCloseTo(5.5, within(.3));
    }

    /**
     * By hand: 20 requests of .11 s a second keep a server busy all but e^-2.2 of the time. All on
     * the second takes some 89 W; at half each the two take 67 W and 60 W.
     */
    @Test
    void whereAServerDrawsTheSameAtAnyLoadItIsASingleModel() {
        ServersSetup setup =
                TinyServers.setup(
                        20,
                        200,
                        TinyServers.constant(90).build(),
                        TinyServers.constant(100).build());

        MixTrial best = best(setup, TinyServers.traffic(50, 100), .75);

        assertThat(best.shares()).containsExactly(0, 1);
        assertThat(best.joules()).isBetween(85 / 20., 100 / 20.);
    }

    /**
     * By hand: a server does one answer in .11 s, so 9 a second; two do 12 a second, one does not.
     */
    @Test
    void whereOneServerCannotDoItAloneItIsAMix() {
        ServersSetup setup =
                TinyServers.setup(
                        12,
                        400,
                        TinyServers.constant(10).maxSequences(1).build(),
                        TinyServers.constant(10).maxSequences(1).build(),
                        TinyServers.constant(100).maxSequences(1).build());
        Traffic traffic = TinyServers.traffic(80, 80, 80);

        MixTrial best = best(setup, traffic, .7);

        assertThat(best.overload()).isZero();
        assertThat(best.shares()[0]).isBetween(.25, .75);
        assertThat(best.shares()[2]).isZero();
        assertThat(MixTrial.run(setup, traffic, new double[] {1, 0, 0}, 1).overload())
                .isGreaterThan(.05);
    }

    /** By hand: 9 a second each, and 22 a second to do. */
    @Test
    void sharesAreMovedToAThirdModelWhereTwoCannotDoIt() {
        ServersSetup setup =
                TinyServers.setup(
                        22,
                        400,
                        TinyServers.constant(10).maxSequences(1).build(),
                        TinyServers.constant(10).maxSequences(1).build(),
                        TinyServers.constant(10).maxSequences(1).build());

        MixTrial best = best(setup, TinyServers.traffic(80, 80, 80), .7);

        assertThat(best.overload()).isZero();
        assertThat(Arrays.stream(best.shares()).min().orElseThrow()).isGreaterThan(.15);
    }

    @Test
    void whereNoModelReachesAlphaItIsTheMostAccurate() {
        ServersSetup setup =
                TinyServers.setup(
                        5, 100, TinyServers.proportional(1), TinyServers.proportional(10));

        assertThat(best(setup, TinyServers.traffic(50, 60), .9).shares()).containsExactly(0, 1);
    }

    @Test
    void aLongRunIsSearchedInLessTime() {
        ServersSetup setup =
                TinyServers.setup(
                        100, 1_000_000, TinyServers.proportional(1), TinyServers.proportional(10));

        // Two models, and a pair at seven shares of the grid and at the one that reaches alpha.
        assertThat(search(setup, TinyServers.traffic(50, 100)).requests())
                .isCloseTo(StaticMixSearch.MAX_REQUESTS / 10., within(200.));
        ServersSetup shorter = setup.inTimes(1e-4);
        assertThat(shorter.seconds()).isEqualTo(100);
        assertThat(search(shorter, TinyServers.traffic(50, 100)).requests())
                .isEqualTo(shorter.requests())
                .isEqualTo(10_000);
    }

    private static StaticMixSearch search(ServersSetup setup, Traffic traffic) {
        return new StaticMixSearch(setup, traffic, 1, true, NOWHERE);
    }

    /** The best mix that was found, in a run of its own. */
    private static MixTrial best(ServersSetup setup, Traffic traffic, double alpha) {
        MixLine line = search(setup, traffic).best(List.of(alpha)).get(0).get(0);
        return MixTrial.run(setup, traffic, line.reaching(alpha, setup.scores(traffic, 1)), 1);
    }
}
