package dev.messplus.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.EnergyCorrection;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Observations;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.algorithm.Settings;
import dev.messplus.core.algorithm.TestSla;
import dev.messplus.core.belief.LabelSums;
import dev.messplus.core.cost.WorkModel;
import dev.messplus.core.cost.WorkModels;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What each shard learns of the others. */
class ShardExchangeTest {

    private static final Offset<Double> ROUNDING = within(1e-9);
    private static final String[] MODELS = {"small", "large"};

    @Property(tries = 100)
    void everyShardIsToldTheSumsOfAllOthers(
            @ForAll @IntRange(min = 2, max = 9) int shards,
            @ForAll @IntRange(max = 800) int labels,
            @ForAll long seed) {
        var random = new Random(seed);
        ShardExchange exchange = exchange(LabelSource.scorer(), shards);
        OutcomeSums[] expected = new OutcomeSums[shards];
        for (int shard = 0; shard < shards; shard++) {
            expected[shard] = new OutcomeSums();
        }
        for (int i = 0; i < labels; i++) {
            int of = random.nextInt(shards);
            String model = MODELS[random.nextInt(MODELS.length)];
            float[] features = random.nextInt(4) == 0 ? null : new float[] {random.nextFloat()};
            double score = random.nextDouble();
            exchange.add(of, new Prompt(features, 10, 0), Observation.scored(model, score));
            exchange.addServed(of, score);
            for (int shard = 0; shard < shards; shard++) {
                if (shard != of) {
                    expected[shard].model(model).labels.add(features, score);
                    expected[shard].served++;
                    expected[shard].servedScoreSum += score;
                }
            }
        }
        assertThat(exchange.outcomes()).isEqualTo(labels);

        OutcomeSums[] ofOthers = exchange.drain();

        for (int shard = 0; shard < shards; shard++) {
            int index = shard;
            if (expected[shard].isEmpty()) {
                assertThat(ofOthers[shard]).isNull();
            } else {
                // Which labels make a group depends on their order, and what they add up to does
                // not.
                assertThat(ofOthers[shard])
                        .usingRecursiveComparison()
                        .ignoringFieldsMatchingRegexes(".*labels\\.(features|counts|scores)")
                        .withComparatorForType(ShardExchangeTest::roughly, Double.class)
                        .isEqualTo(expected[shard]);
                expected[shard].models.forEach(
                        (model, sums) ->
                                assertThat(totals(ofOthers[index].model(model).labels))
                                        .containsExactly(totals(sums.labels), within(1e-3)));
            }
        }
        assertThat(exchange.isEmpty()).isTrue();
        assertThat(exchange.outcomes()).isZero();
        assertThat(exchange.drain()).containsOnlyNulls();
    }

    /** Labels of known features, their sum, and the sum of their prompts' feature. */
    private static double[] totals(LabelSums sums) {
        double[] totals = new double[3];
        for (int row = 0; row < sums.rows; row++) {
            totals[0] += sums.counts[row];
            totals[1] += sums.scores[row];
            totals[2] += sums.counts[row] * sums.features[row];
        }
        return totals;
    }

    private static int roughly(double one, double other) {
        return Math.abs(one - other) <= 1e-9 || Double.isNaN(one) && Double.isNaN(other)
                ? 0
                : Double.compare(one, other);
    }

    @Test
    void whatIsToldOnceIsNotChangedByWhatComesLater() {
        ShardExchange exchange = exchange(LabelSource.scorer(), 3);
        exchange.add(0, prompt(1), Observation.scored("small", 1));
        OutcomeSums ofOthers = exchange.drain()[1];
        exchange.add(0, prompt(2), Observation.scored("small", 1));
        exchange.drain();
        assertThat(ofOthers.model("small").labels.features).containsExactly(1);
    }

    @Test
    void joulesAreToldAsSumsButOnlyThoseThatWereMeasuredAndBroughtAnAnswer() {
        ShardExchange exchange = exchange(LabelSource.scorer(), 2);
        exchange.add(0, prompt(1), Observations.measured("small", 5));
        exchange.add(
                0, prompt(1), Observations.withAssumedJoules(Observations.measured("small", 7)));
        exchange.add(0, prompt(1), Observations.failed("small"));
        exchange.add(1, prompt(1), Observations.measured("small", 9));
        assertThat(exchange.outcomes()).isEqualTo(2);
        OutcomeSums[] ofOthers = exchange.drain();
        assertThat(ofOthers[1].model("small").energy.meanCharge()).isEqualTo(5);
        assertThat(ofOthers[1].model("small").energy.measurements).isOne();
        assertThat(ofOthers[0].model("small").energy.meanCharge()).isEqualTo(9);
    }

    @Test
    void anUncertainMeasurementWeighsLittleForOtherShardsToo() {
        ShardExchange exchange = exchange(LabelSource.scorer(), 2);
        for (int i = 0; i < 100; i++) {
            exchange.add(0, prompt(1), measured(i % 2 == 0 ? 9 : 11, 0.1));
        }
        assertThat(exchange.drain()[1].model("small").energy.meanCharge())
                .isCloseTo(10, within(.1));

        exchange.add(0, prompt(1), measured(10, 0.1));
        exchange.add(0, prompt(1), measured(100, 100));
        var late = WorkModels.uncertain(100, 100);
        exchange.add(
                0,
                new EnergyCorrection("small", EnergyCorrection.Use.SERVED, 0, 0, prompt(1), late));

        WorkModel ofOthers = exchange.drain()[1].model("small").energy;
        assertThat(ofOthers.measurements).isEqualTo(3);
        assertThat(ofOthers.meanCharge()).isBetween(10.0, 20.0);
    }

    private static Observation measured(double joules, double uncertaintyJoules) {
        return new Observation(
                "small",
                Double.NaN,
                WorkModels.uncertain(joules, uncertaintyJoules),
                Double.NaN,
                Observation.Outcome.SERVED);
    }

    @Test
    void availabilityIsToldAsTheLatestTime() {
        ShardExchange exchange = exchange(LabelSource.scorer(), 3);
        exchange.markUnavailable(0, "small", 500);
        exchange.markUnavailable(0, "small", 400);
        exchange.markUnavailable(1, "small", 900);
        assertThat(exchange.isEmpty()).isFalse();
        OutcomeSums[] ofOthers = exchange.drain();
        assertThat(ofOthers[0].model("small").unavailableUntilMillis).isEqualTo(900);
        assertThat(ofOthers[1].model("small").unavailableUntilMillis).isEqualTo(500);
        assertThat(ofOthers[2].model("small").unavailableUntilMillis).isEqualTo(900);
    }

    @Test
    void whereJoulesComeFromIsToldWhereItIsKnown() {
        ShardExchange exchange = exchange(LabelSource.scorer(), 2);
        exchange.noteEnergySource(0, "small", true);
        exchange.add(1, prompt(1), Observation.scored("small", 1));
        OutcomeSums[] ofOthers = exchange.drain();
        assertThat(ofOthers[1].model("small").energyEstimated).isTrue();
        assertThat(ofOthers[0].model("small").energyEstimated).isNull();

        TestSla sla = new TestSla(Settings.stream(.6), "small");
        sla.algorithm.learnFromOtherShards(ofOthers[0]);
        assertThat(sla.model("small").energyEstimated).isFalse();
        sla.algorithm.learnFromOtherShards(ofOthers[1]);
        assertThat(sla.model("small").energyEstimated).isTrue();
    }

    @Test
    void nothingIsToldOfScoresWhereUsersRate() {
        ShardExchange exchange = exchange(LabelSource.users(.5, .1), 2);
        exchange.add(0, prompt(1), Observation.answered("small", .5, 5, true));
        exchange.addServed(0, .5);
        OutcomeSums ofOthers = exchange.drain()[1];
        assertThat(ofOthers.model("small").labels.labels).isZero();
        assertThat(ofOthers.model("small").labels.rows).isZero();
        assertThat(ofOthers.model("small").energy.measurements).isOne();
        assertThat(ofOthers.served).isZero();
    }

    @Test
    void underThePapersRuleServedScoresAreToldButNoLabels() {
        var exchange =
                new ShardExchange(Sla.custom(.6).shards(2).build(), PaperRule.Config.ofDefaults());
        exchange.add(0, prompt(1), Observation.scored("small", .5));
        exchange.addServed(0, .5);
        OutcomeSums ofOthers = exchange.drain()[1];
        assertThat(ofOthers.models).isEmpty();
        assertThat(ofOthers.servedScoreSum).isEqualTo(.5);
    }

    @Test
    void featuresThatAreNotAsManyAsOthersTeachTheMeanAlone() {
        LabelSums sums = new LabelSums();
        sums.add(new float[] {1, 2}, 1);
        sums.add(new float[] {1}, 0);
        sums.add(null, 0);
        LabelSums others = new LabelSums();
        others.add(new float[] {1}, 1);
        sums.add(others);
        assertThat(sums.labels).isEqualTo(4);
        assertThat(sums.scoreSum).isEqualTo(2);
        assertThat(sums.rows).isOne();
        assertThat(sums.features).startsWith(1, 2);
        assertThat(sums.counts[0]).isOne();
        assertThat(sums.scores[0]).isOne();
    }

    /** Of more labels than there are groups, those of like prompts are added up. */
    @Test
    void fewLabelsAreToldOneByOneAndManyInGroups() {
        ShardExchange exchange = exchange(LabelSource.scorer(), 3);
        int groups = Priors.MAX_LABEL_GROUPS;
        for (int i = 0; i < groups; i++) {
            exchange.add(i % 2, prompt(i), Observation.scored("small", 1));
        }
        exchange.add(2, prompt(7), Observation.scored("large", 1));
        OutcomeSums[] few = exchange.drain();
        assertThat(few[2].model("small").labels.rows).isEqualTo(groups);
        assertThat(few[2].model("small").labels.counts).startsWith(1, 1, 1);
        assertThat(few[0].model("large").labels.features).containsExactly(7);
        for (int i = 0; i < 2 * groups; i++) {
            exchange.add(i % 2, prompt(i % groups), Observation.scored("small", 1));
        }
        LabelSums many = exchange.drain()[2].model("small").labels;
        assertThat(many.rows).isEqualTo(groups);
        assertThat(totals(many)[0]).isEqualTo(2 * groups);
        assertThat(totals(many)[1]).isEqualTo(2 * groups);
        assertThat(totals(many)[2]).isCloseTo(groups * (groups - 1), within(1e-2));
    }

    /**
     * Of prompts of two kinds, the mean of each kind's labels in groups says what they do one by
     * one, but for the correlation of beliefs that is neglected with every update.
     */
    @Test
    void labelsInGroupsTeachMuchAsLabelsOneByOne() {
        Settings settings = Settings.stream(.6);
        TestSla oneByOne = new TestSla(settings, "small", "large");
        TestSla atOnce = new TestSla(settings, "small", "large");
        OutcomeSums sums = new OutcomeSums();
        int labels = 4 * Priors.MAX_LABEL_GROUPS;
        for (int i = 0; i < labels; i++) {
            Prompt prompt = prompt(i % 2);
            double score = i / 2 % 4 < 1 + 2 * (i % 2) ? 1 : 0;
            sums.model("small").labels.add(prompt.features(), score);
            oneByOne.elsewhere(prompt, Observation.scored("small", score));
        }
        assertThat(sums.model("small").labels.rows).isEqualTo(Priors.MAX_LABEL_GROUPS);
        atOnce.algorithm.learnFromOtherShards(sums);
        for (float kind = 0; kind <= 1; kind++) {
            double expected = oneByOne.decide(TestSla.EXPLOITED, kind).accuracy[0];
            assertThat(expected).isCloseTo(.25 + .5 * kind, within(.1));
            assertThat(atOnce.decide(TestSla.EXPLOITED, kind).accuracy[0])
                    .isCloseTo(expected, within(.05));
        }
        assertThat(atOnce.model("small").accuracy.mean)
                .isCloseTo(oneByOne.model("small").accuracy.mean, ROUNDING);
    }

    private static Prompt prompt(float feature) {
        return new Prompt(new float[] {feature}, 10, 0);
    }

    private static ShardExchange exchange(LabelSource source, int shards) {
        return new ShardExchange(
                Sla.custom(.6).labels(source).shards(shards).build(),
                StreamRule.Config.ofDefaults());
    }
}
