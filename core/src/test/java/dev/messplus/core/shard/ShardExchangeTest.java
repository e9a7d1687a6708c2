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
            if (expected[shard].isEmpty()) {
                assertThat(ofOthers[shard]).isNull();
            } else {
                // In which order labels are kept one by one does not matter.
                ofOthers[shard].models.values().forEach(sums -> sums.labels.addUp());
                expected[shard].models.values().forEach(sums -> sums.labels.addUp());
                assertThat(ofOthers[shard])
                        .usingRecursiveComparison()
                        .withComparatorForType(ShardExchangeTest::roughly, Double.class)
                        .isEqualTo(expected[shard]);
            }
        }
        assertThat(exchange.isEmpty()).isTrue();
        assertThat(exchange.outcomes()).isZero();
        assertThat(exchange.drain()).containsOnlyNulls();
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
        exchange.add(0, new EnergyCorrection("small", true, 0, 0, prompt(1), late));

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
        sums.addUp();
        assertThat(sums.labels).isEqualTo(4);
        assertThat(sums.scoreSum).isEqualTo(2);
        assertThat(sums.rows).isOne();
        assertThat(sums.moments).containsExactly(new double[] {1, 2, 4, 1, 2, 1}, ROUNDING);
        assertThat(sums.scoreMoments).containsExactly(new double[] {1, 2, 1}, ROUNDING);
    }

    /** A few are learned from as if they were the shard's own. */
    @Test
    void fewLabelsAreToldOneByOneAndManyAsSums() {
        ShardExchange exchange = exchange(LabelSource.scorer(), 3);
        for (int i = 0; i < Priors.MAX_SEPARATE_LABELS; i++) {
            exchange.add(i % 2, prompt(i), Observation.scored("small", 1));
        }
        exchange.add(2, prompt(7), Observation.scored("large", 1));
        OutcomeSums[] few = exchange.drain();
        assertThat(few[2].model("small").labels.isSeparate()).isTrue();
        assertThat(few[2].model("small").labels.rows).isEqualTo(Priors.MAX_SEPARATE_LABELS);
        assertThat(few[0].model("large").labels.featuresOf(0)).containsExactly(7);
        for (int i = 0; i <= Priors.MAX_SEPARATE_LABELS; i++) {
            exchange.add(i % 2, prompt(i), Observation.scored("small", 1));
        }
        LabelSums many = exchange.drain()[2].model("small").labels;
        assertThat(many.isSeparate()).isFalse();
        assertThat(many.features).isEmpty();
        assertThat(many.scores).isEmpty();
        assertThat(many.rows).isEqualTo(Priors.MAX_SEPARATE_LABELS + 1);
    }

    /** The two ways of learning differ only in how often the beliefs' correlation is neglected. */
    @Test
    void labelsAsSumsTeachMuchAsLabelsOneByOne() {
        Settings settings = Settings.stream(.6);
        TestSla oneByOne = new TestSla(settings, "small", "large");
        TestSla atOnce = new TestSla(settings, "small", "large");
        var random = new Random(1);
        OutcomeSums sums = new OutcomeSums();
        for (int i = 0; i < 40; i++) {
            Prompt prompt = prompt(random.nextFloat());
            double score = random.nextInt(4) == 0 ? 0 : 1;
            sums.model("small").labels.add(prompt.features(), score);
            oneByOne.elsewhere(prompt, Observation.scored("small", score));
        }
        sums.model("small").labels.addUp();
        atOnce.algorithm.learnFromOtherShards(sums);
        float[] next = {.5f};
        assertThat(atOnce.decide(TestSla.EXPLOITED, next).accuracy[0])
                .isCloseTo(oneByOne.decide(TestSla.EXPLOITED, next).accuracy[0], within(.05));
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
