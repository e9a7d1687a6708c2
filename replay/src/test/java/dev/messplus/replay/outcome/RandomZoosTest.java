package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;

class RandomZoosTest {

    private static final Traffic PROMPTS = SyntheticTraffic.of(400, 6);

    private static final List<RandomZoo> ZOOS =
            IntStream.rangeClosed(1, 120).mapToObj(new RandomZoos(PROMPTS)::zoo).toList();

    @Test
    void aZooIsTheSameAtEveryCallAndOthersDiffer() {
        RandomZoo again = new RandomZoos(PROMPTS).zoo(7);
        RandomZoo zoo = ZOOS.get(6);
        assertThat(again.number()).isEqualTo(7);
        assertThat(again.alpha()).isEqualTo(zoo.alpha());
        assertThat(again.traits()).isEqualTo(zoo.traits());
        assertThat(again.traffic().models()).isEqualTo(zoo.traffic().models());
        assertThat(again.traffic().requests())
                .usingRecursiveComparison()
                .isEqualTo(zoo.traffic().requests());
        assertThat(ZOOS).extracting(RandomZoo::alpha).doesNotHaveDuplicates();
    }

    @Test
    void theRecordedAnswersHaveNoPartInIt() {
        Traffic others = PROMPTS.ofModels(List.of("large"));
        assertThat(new RandomZoos(others).zoo(7).traffic().requests())
                .usingRecursiveComparison()
                .isEqualTo(ZOOS.get(6).traffic().requests());
    }

    @Test
    void thePromptsAreThoseOfTheTraffic() {
        assertThat(ZOOS.get(0).traffic().requests())
                .extracting(Recorded::id, Recorded::promptTokens, Recorded::features)
                .containsExactlyElementsOf(
                        PROMPTS.requests().stream()
                                .map(
                                        prompt ->
                                                tuple(
                                                        prompt.id(),
                                                        prompt.promptTokens(),
                                                        prompt.features()))
                                .toList());
    }

    @Test
    void theStaticMixOfLeastEnergyNeedsTwoModelsAndReachesAlpha() {
        assertThat(ZOOS)
                .allSatisfy(
                        zoo -> {
                            StaticMix mix =
                                    StaticMix.leastEnergy(zoo.traffic().means(), zoo.alpha());
                            assertThat(mix.feasible()).isTrue();
                            assertThat(mix.weights().stream().filter(weight -> weight > 0))
                                    .hasSize(2);
                        });
    }

    @Test
    void alphaIsThreeToNineTenthsOfTheWayFromTheCheapestModelToTheBest() {
        List<Double> shares = new ArrayList<>();
        for (RandomZoo zoo : ZOOS) {
            List<ModelMean> means = zoo.traffic().means();
            double cheapest =
                    means.stream()
                            .min(Comparator.comparingDouble(ModelMean::joules))
                            .orElseThrow()
                            .score();
            double best = means.stream().mapToDouble(ModelMean::score).max().orElseThrow();
            assertThat(best - cheapest).isGreaterThanOrEqualTo(.05);
            shares.add((zoo.alpha() - cheapest) / (best - cheapest));
        }
        assertThat(shares).allMatch(share -> share > .3 - 1e-9 && share < .9 + 1e-9);
        assertThat(shares).anyMatch(share -> share < .4).anyMatch(share -> share > .8);
    }

    @Test
    void zoosHaveThreeToSixteenModelsAtPricesUpToAThousandfoldApart() {
        assertThat(ZOOS)
                .extracting(zoo -> zoo.traffic().models().size())
                .allMatch(models -> models >= 3 && models <= 16)
                .contains(3, 16);
        assertThat(ZOOS)
                .extracting(zoo -> zoo.traits().priceRange())
                .allMatch(range -> range >= 1 && range <= 1_000)
                .anyMatch(range -> range < 3)
                .anyMatch(range -> range > 300);
        // Half of the zoos lie on either side of the middle of the logarithms.
        assertThat(share(zoo -> zoo.traits().priceRange() < Math.sqrt(1_000)))
                .isCloseTo(.5, within(.15));
    }

    @Test
    void modelsAreNamedByPriceAndListedInAnyOrder() {
        for (RandomZoo zoo : ZOOS) {
            List<String> models = zoo.traffic().models();
            List<ModelMean> means = zoo.traffic().means();
            double cheapest = means.get(models.indexOf("m1")).joules();
            double dearest = means.get(models.indexOf("m" + models.size())).joules();
            // The mean over few prompts is not the price.
            assertThat(dearest / cheapest)
                    .isCloseTo(zoo.traits().priceRange(), within(.2 * zoo.traits().priceRange()));
        }
        assertThat(ZOOS).anyMatch(zoo -> zoo.traffic().models().indexOf("m1") == 0);
        assertThat(ZOOS).anyMatch(zoo -> zoo.traffic().models().indexOf("m1") > 1);
    }

    @Test
    void anAnswerToALongPromptTakesMoreAndAnswersVary() {
        double[] tokens = PROMPTS.requests().stream().mapToDouble(Recorded::promptTokens).toArray();
        double[] correlations = new double[ZOOS.size()];
        for (int z = 0; z < correlations.length; z++) {
            double[] joules = joules(ZOOS.get(z), 0);
            double mean = StatUtils.mean(joules);
            assertThat(Math.sqrt(StatUtils.variance(joules)) / mean).isBetween(.2, .8);
            correlations[z] = new PearsonsCorrelation().correlation(tokens, joules);
        }
        assertThat(StatUtils.mean(correlations)).isBetween(.1, .5);
    }

    @Test
    void qualityGoesWithThePriceInHalfOfTheZoos() {
        assertThat(share(zoo -> zoo.traits().correlation() == 0)).isCloseTo(.5, within(.1));
        assertThat(meanCorrelation(zoo -> zoo.traits().correlation() > .7)).isGreaterThan(.6);
        // That the best model scores more than the cheapest leaves a little.
        assertThat(meanCorrelation(zoo -> zoo.traits().correlation() == 0)).isBetween(-.2, .45);
    }

    private static double meanCorrelation(Predicate<RandomZoo> which) {
        double[] correlations =
                ZOOS.stream()
                        .filter(which)
                        .mapToDouble(
                                zoo -> {
                                    List<ModelMean> means = zoo.traffic().means();
                                    return new PearsonsCorrelation()
                                            .correlation(
                                                    means.stream()
                                                            .mapToDouble(m -> Math.log(m.joules()))
                                                            .toArray(),
                                                    means.stream()
                                                            .mapToDouble(ModelMean::score)
                                                            .toArray());
                                })
                        .toArray();
        return StatUtils.mean(correlations);
    }

    @Test
    void halfOfTheZoosHaveScoresOfZeroAndOneAndTheOthersGrades() {
        assertThat(share(zoo -> zoo.traits().grades() == 1)).isCloseTo(.5, within(.15));
        assertThat(ZOOS)
                .allSatisfy(
                        zoo -> {
                            int grades = zoo.traits().grades();
                            assertThat(zoo.traffic().requests())
                                    .allMatch(request -> areGraded(request.scores(), grades));
                        });
        assertThat(ZOOS).anyMatch(zoo -> zoo.traits().grades() == 10);
    }

    private static boolean areGraded(double[] scores, int grades) {
        return DoubleStream.of(scores)
                .allMatch(
                        score ->
                                score >= 0
                                        && score <= 1
                                        && Math.abs(score * grades - Math.rint(score * grades))
                                                < 1e-9);
    }

    @Test
    void aModelHasAMeanOfItsOwnForEachKind() {
        assertThat(ZOOS)
                .allSatisfy(
                        zoo ->
                                assertThat(zoo.traffic().kinds())
                                        .hasSize(zoo.traits().kinds())
                                        .allMatch(kind -> kind.startsWith("kind-")));
        assertThat(ZOOS).extracting(zoo -> zoo.traits().kinds()).contains(1, 30);
        // In a zoo of a few large kinds, which of two models is better depends on the kind.
        assertThat(ZOOS)
                .filteredOn(zoo -> zoo.traits().kinds() >= 2 && zoo.traits().kinds() <= 5)
                .anySatisfy(
                        zoo -> {
                            double[] gains =
                                    zoo.traffic().kinds().stream()
                                            .mapToDouble(kind -> gain(zoo, kind))
                                            .toArray();
                            assertThat(StatUtils.max(gains)).isGreaterThan(.1);
                            assertThat(StatUtils.min(gains)).isLessThan(-.1);
                        });
    }

    private static double gain(RandomZoo zoo, String kind) {
        List<ModelMean> means = zoo.traffic().ofKinds(List.of(kind)).means();
        return means.get(1).score() - means.get(0).score();
    }

    @Test
    void somePromptsAreHardForAllModels() {
        double[] correlations =
                ZOOS.stream()
                        .mapToDouble(
                                zoo ->
                                        new PearsonsCorrelation()
                                                .correlation(scores(zoo, 0), scores(zoo, 1)))
                        .toArray();
        assertThat(StatUtils.mean(correlations)).isBetween(.05, .5);
    }

    @Test
    void partOfTheDifficultyIsNotInTheFeatures() {
        // With all features alike, prompts still are hard for all models.
        Traffic alike =
                new Traffic(
                        PROMPTS.models(),
                        PROMPTS.requests().stream()
                                .map(
                                        request ->
                                                new Recorded(
                                                        request.id(),
                                                        request.kind(),
                                                        request.promptTokens(),
                                                        new float[] {1},
                                                        request.scores(),
                                                        request.joules()))
                                .toList());
        double[] correlations =
                IntStream.rangeClosed(1, 40)
                        .mapToObj(new RandomZoos(alike)::zoo)
                        .mapToDouble(
                                zoo ->
                                        new PearsonsCorrelation()
                                                .correlation(scores(zoo, 0), scores(zoo, 1)))
                        .toArray();
        assertThat(StatUtils.mean(correlations)).isBetween(.05, .5);
    }

    private static double share(Predicate<RandomZoo> which) {
        return ZOOS.stream().filter(which).count() / (double) ZOOS.size();
    }

    private static double[] scores(RandomZoo zoo, int model) {
        return zoo.traffic().requests().stream().mapToDouble(r -> r.scores()[model]).toArray();
    }

    private static double[] joules(RandomZoo zoo, int model) {
        return zoo.traffic().requests().stream().mapToDouble(r -> r.joules()[model]).toArray();
    }
}
