package dev.messplus.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StaticMixTest {

    private static final Offset<Double> EXACT = within(1e-12);

    /** The poster's WMT14 zoo: TinyLlama and Llama-2 13B. */
    private static final List<ModelMean> WMT =
            List.of(new ModelMean(.491, 44.639), new ModelMean(.551, 527.870));

    /** Small, a middling bargain, large. */
    private static final List<ModelMean> THREE =
            List.of(new ModelMean(.4, 10), new ModelMean(.6, 20), new ModelMean(.8, 100));

    @Test
    void randomWithConstraintIsThePosters() {
        // p = (.52 - .491) / .06 = .48333; 44.639 + p * 483.231 = 278.2007. The poster's run drew
        // 280.426 J.
        StaticMix mix = StaticMix.randomWithConstraint(WMT, .52);
        assertThat(mix.weights().get(1)).isCloseTo(.029 / .06, EXACT);
        assertThat(mix.score()).isCloseTo(.52, EXACT);
        assertThat(mix.joules()).isCloseTo(278.2007, within(1e-4));
        assertThat(mix.feasible()).isTrue();
    }

    @Test
    void randomWithConstraintIgnoresTheModelsBetween() {
        // p = (.7 - .4) / .4 = .75; .25 * 10 + .75 * 100 = 77.5
        StaticMix mix = StaticMix.randomWithConstraint(THREE, .7);
        assertThat(mix.weights().get(1)).isZero();
        assertThat(mix.weights().get(2)).isCloseTo(.75, EXACT);
        assertThat(mix.joules()).isCloseTo(77.5, EXACT);
    }

    @Test
    void randomWithConstraintStaysAProbability() {
        assertThat(StaticMix.randomWithConstraint(THREE, .3).weights())
                .containsExactly(1.0, 0.0, 0.0);
        StaticMix beyond = StaticMix.randomWithConstraint(THREE, .9);
        assertThat(beyond.weights()).containsExactly(0.0, 0.0, 1.0);
        assertThat(beyond.feasible()).isFalse();
    }

    @Test
    void randomWithConstraintBuysNothingFromADearModelThatIsNoBetter() {
        List<ModelMean> upsideDown = List.of(new ModelMean(.5, 90), new ModelMean(.8, 10));
        assertThat(StaticMix.randomWithConstraint(upsideDown, .6).weights())
                .containsExactly(0.0, 1.0);
        List<ModelMean> alike = List.of(new ModelMean(.5, 10), new ModelMean(.5, 90));
        assertThat(StaticMix.randomWithConstraint(alike, .6).weights()).containsExactly(1.0, 0.0);
    }

    @Test
    void alwaysOneModelIsFeasibleIfItReachesAlpha() {
        StaticMix middling = StaticMix.always(THREE, 1, .6);
        assertThat(middling.weights()).containsExactly(0.0, 1.0, 0.0);
        assertThat(middling.score()).isEqualTo(.6);
        assertThat(middling.joules()).isEqualTo(20);
        assertThat(middling.feasible()).isTrue();
        assertThat(StaticMix.always(THREE, 0, .6).feasible()).isFalse();
    }

    @Test
    void mixesTheNeighboursOfAlphaOnTheFrontier() {
        // Halfway between .6 and .8: (20 + 100) / 2 = 60, against 77.5 for small and large.
        StaticMix mix = StaticMix.leastEnergy(THREE, .7);
        assertThat(mix.weights().get(0)).isZero();
        assertThat(mix.weights().get(1)).isCloseTo(.5, EXACT);
        assertThat(mix.weights().get(2)).isCloseTo(.5, EXACT);
        assertThat(mix.joules()).isCloseTo(60, EXACT);
        assertThat(mix.score()).isCloseTo(.7, EXACT);
    }

    @Test
    void skipsAModelThatAPairBeats() {
        // .6 costs 55 halfway between the ends, so a middle model of 70 J is never worth it.
        List<ModelMean> zoo =
                List.of(new ModelMean(.4, 10), new ModelMean(.6, 70), new ModelMean(.8, 100));
        assertThat(StaticMix.leastEnergy(zoo, .6).joules()).isCloseTo(55, EXACT);
        assertThat(StaticMix.leastEnergy(zoo, .6).weights().get(1)).isZero();
        assertThat(StaticMix.frontier(zoo)).extracting(StaticMix::joules).contains(10.0, 100.0);
    }

    @Test
    void takesTheCheapestModelAloneWhereItSuffices() {
        StaticMix mix = StaticMix.leastEnergy(THREE, .35);
        assertThat(mix).isEqualTo(new StaticMix(List.of(1.0, 0.0, 0.0), .4, 10, true));
    }

    @Test
    void saysWhenAlphaIsOutOfReach() {
        StaticMix mix = StaticMix.leastEnergy(THREE, .81);
        assertThat(mix).isEqualTo(new StaticMix(List.of(0.0, 0.0, 1.0), .8, 100, false));
    }

    @Test
    void prefersTheHigherScoreAmongEqualEnergies() {
        List<ModelMean> zoo = List.of(new ModelMean(.6, 10), new ModelMean(.7, 10));
        assertThat(StaticMix.leastEnergy(zoo, .5).score()).isEqualTo(.7);
    }

    @Test
    void frontierRunsFromTheCheapestToTheMostAccurate() {
        assertThat(StaticMix.frontier(THREE))
                .extracting(StaticMix::score)
                .containsExactly(.4, .6, .8);
    }

    @Test
    void refusesAnEmptyZooAndMeansThatAreNone() {
        assertThatThrownBy(() -> StaticMix.leastEnergy(List.of(), .5))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ModelMean(Double.NaN, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ModelMean(.5, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void noFeasibleMixOfThreeCostsLess(
            @ForAll("zoos") List<ModelMean> zoo, @ForAll @DoubleRange(max = 1) double alpha) {
        StaticMix best = StaticMix.leastEnergy(zoo, alpha);
        double bestScore = zoo.stream().mapToDouble(ModelMean::score).max().orElseThrow();
        assertThat(best.feasible()).isEqualTo(bestScore >= alpha - 1e-12);
        assertThat(best.weights().stream().mapToDouble(w -> w).sum()).isCloseTo(1, EXACT);
        if (!best.feasible()) {
            assertThat(best.score()).isEqualTo(bestScore);
            return;
        }
        int steps = 8;
        for (ModelMean a : zoo) {
            for (ModelMean b : zoo) {
                for (ModelMean c : zoo) {
                    for (int i = 0; i <= steps; i++) {
                        for (int j = 0; i + j <= steps; j++) {
                            double u = (double) i / steps;
                            double v = (double) j / steps;
                            double w = 1 - u - v;
                            if (u * a.score() + v * b.score() + w * c.score() >= alpha) {
                                assertThat(u * a.joules() + v * b.joules() + w * c.joules())
                                        .isGreaterThanOrEqualTo(best.joules() - 1e-6);
                            }
                        }
                    }
                }
            }
        }
    }

    @Property
    void everyLeastEnergyMixLiesOnTheFrontier(
            @ForAll("zoos") List<ModelMean> zoo, @ForAll @DoubleRange(max = 1) double alpha) {
        StaticMix best = StaticMix.leastEnergy(zoo, alpha);
        List<ModelMean> corners =
                StaticMix.frontier(zoo).stream()
                        .map(mix -> new ModelMean(mix.score(), mix.joules()))
                        .toList();
        StaticMix onFrontier = StaticMix.leastEnergy(corners, alpha);
        assertThat(onFrontier.joules()).isCloseTo(best.joules(), within(1e-6));
    }

    @Provide
    Arbitrary<List<ModelMean>> zoos() {
        Arbitrary<Double> scores = Arbitraries.doubles().between(0, 1).ofScale(3);
        Arbitrary<Double> joules = Arbitraries.doubles().between(0, 1000).ofScale(1);
        return Combinators.combine(scores, joules)
                .as(ModelMean::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }
}
