package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.belief.BayesPredictor;
import dev.messplus.core.belief.EarlierLabel;
import dev.messplus.core.belief.OutcomeRecorder;
import dev.messplus.core.belief.RecordedModel;
import dev.messplus.core.belief.RecordedPrompts;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.shard.ShardExchange;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.core.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WarmStartTest {

    private static final List<String> ZOO = List.of("small", "large");
    private static final double[] JOULES = {1, 10};
    private static final float[] EASY = {0, 1};
    private static final float[] HARD = {1, 0};

    @Test
    void recordsTheScoresOfEveryPromptAndTheMeanJoules() {
        OutcomeRecorder recorder = new OutcomeRecorder("e/1", ZOO, 2);
        recorder.add(new float[] {1, 3}, new double[] {0, 1}, new double[] {2, 20});
        recorder.add(new float[] {2, -1}, new double[] {.5, 1}, new double[] {4, 10});
        WarmStart recorded = recorder.result();

        assertThat(recorded.prompts()).extracting(RecordedPrompts::rows).containsExactly(1L, 1L);
        assertThat(recorded.prompts().get(0).features()).containsExactly(1, 3);
        assertThat(recorded.prompts().get(1).features()).containsExactly(2, -1);
        assertThat(recorded.models().get("small").scores()).containsExactly(0, .5);
        assertThat(recorded.models().get("large").scores()).containsExactly(1, 1);
        assertThat(recorded.meanScore(recorded.models().get("small"))).isEqualTo(.25);
        assertThat(recorded.models().get("small").meanJoules()).isEqualTo(3);
        assertThat(recorded.rows()).isEqualTo(2);
        assertThat(recorded.dimensions()).isEqualTo(2);
    }

    @Test
    void decidesFromTheFirstRequestAsAJobThatLearnedTheSameLabels() {
        MessPlus learned = algorithm(ZOO);
        Random random = new Random(1);
        OutcomeRecorder recorder = new OutcomeRecorder("e/1", ZOO, 2);
        var exchange =
                new ShardExchange(Sla.custom(.6).shards(2).build(), StreamRule.Config.ofDefaults());
        for (int i = 0; i < 300; i++) {
            float[] features = i % 3 == 0 ? HARD : EASY;
            double[] scores = scores(features, random);
            recorder.add(features, scores, JOULES);
            for (int m = 0; m < scores.length; m++) {
                exchange.add(
                        1,
                        prompt(features),
                        Observation.answered(ZOO.get(m), scores[m], JOULES[m], false));
                learned.learnFromOtherShards(exchange.drain()[0]);
            }
        }
        MessPlus warm = algorithm(ZOO);
        warm.begin(recorder.result());

        for (float[] features : List.of(EASY, HARD)) {
            Decision expected = learned.decide("r", prompt(features), 0);
            Decision actual = warm.decide("r", prompt(features), 0);
            assertThat(actual.mode).isEqualTo(Mode.EXPLOIT).isEqualTo(expected.mode);
            assertThat(actual.chosen()).isEqualTo(expected.chosen());
            // Of a warm start, the answers to one prompt are compared.
            assertThat(actual.accuracy).containsExactly(expected.accuracy, within(.04));
            assertThat(actual.joules).containsExactly(JOULES);
        }
        assertThat(warm.decide("r", prompt(EASY), 0).chosen()).isZero();
        assertThat(warm.decide("r", prompt(HARD), 0).chosen()).isOne();
        AccuracyState small = warm.state().models()[0].accuracy;
        assertThat(small.labels).isEqualTo(300);
        assertThat(small.mean).isCloseTo(learned.state().models()[0].accuracy.mean, within(1e-9));
    }

    /** Every prompt is a group of its own then. */
    @Test
    void fewPromptsTeachWhatTheirLabelsDo() {
        Random random = new Random(1);
        OutcomeRecorder recorder = new OutcomeRecorder("e/1", ZOO, 2);
        AlgorithmState learned = AlgorithmState.initial(ZOO.size());
        Zoo zoo =
                learned.zoo(
                        ZOO,
                        (shared, own, expected) -> new BayesPredictor(shared, own, expected, .8));
        for (int i = 0; i < Priors.MAX_RECORDED_GROUPS; i++) {
            float[] features = {random.nextFloat() * 3, random.nextFloat() * 3};
            double[] scores = {random.nextInt(2), random.nextInt(2)};
            recorder.add(features, scores, JOULES);
            List<EarlierLabel> earlier = new ArrayList<>();
            for (int m = 0; m < scores.length; m++) {
                zoo.model(m).predictor().learn(features, scores[m], Priors.LABEL_VARIANCE, earlier);
                earlier.add(new EarlierLabel(learned.models()[m].accuracy, scores[m]));
            }
        }
        MessPlus warm = algorithm(ZOO);
        warm.begin(recorder.result());

        assertThat(warm.state().shared().kernel.size).isGreaterThan(5);
        assertThat(warm.state().shared().accuracy)
                .usingRecursiveComparison()
                .isEqualTo(learned.shared().accuracy);
        assertThat(warm.state().shared().promptNoise)
                .usingRecursiveComparison()
                .isEqualTo(learned.shared().promptNoise);
        for (int m = 0; m < ZOO.size(); m++) {
            AccuracyState expected = learned.models()[m].accuracy;
            assertThat(warm.state().models()[m].accuracy)
                    .usingRecursiveComparison()
                    .withComparatorForFields(
                            (Double a, Double b) -> Math.abs(a - b) < 1e-9 ? 0 : 1, "mean")
                    .isEqualTo(expected);
        }
    }

    @Test
    void countsAsItsWeightAtMost() {
        WarmStart recorded = recorded(ZOO, 100);
        MessPlus light = algorithm(ZOO);
        light.begin(recorded.atMost(10));
        MessPlus full = algorithm(ZOO);
        full.begin(recorded.atMost(1_000));

        assertThat(light.state().models()[0].accuracy.labels).isEqualTo(10);
        assertThat(full.state().models()[0].accuracy.labels).isEqualTo(100);
        MessPlus fresh = algorithm(ZOO);
        fresh.decide("r", prompt(HARD), 0);
        assertThat(variance(light)).isGreaterThan(variance(full)).isLessThan(variance(fresh));
    }

    private static double variance(MessPlus algorithm) {
        return algorithm.state().models()[0].accuracy.own.variance(HARD);
    }

    @Test
    void withoutRowsItIsANewStart() {
        MessPlus warm = algorithm(ZOO);
        warm.begin(recorded(ZOO, 100).atMost(0));
        warm.begin(WarmStart.none());
        assertThat(warm.state())
                .usingRecursiveComparison()
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(algorithm(ZOO).state());
    }

    @Test
    void modelsThatAreNotRecordedBeginAsNewOnes() {
        MessPlus warm = algorithm(List.of("small", "other"));
        warm.begin(recorded(ZOO, 100));
        MessPlus fresh = algorithm(List.of("small", "other"));
        fresh.decide("r", prompt(EASY), 0);
        warm.decide("r", prompt(EASY), 0);

        ModelState other = warm.state().models()[1];
        assertThat(other)
                .usingRecursiveComparison()
                .ignoringFields(
                        "accuracy.own.projection",
                        "energy.prior.requests",
                        "energy.prior.promptTokens",
                        "energy.prior.mostTokens")
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(fresh.state().models()[1]);
        assertThat(warm.state().models()[0].accuracy.labels).isEqualTo(100);
        // Only one model's labels were learned from.
        assertThat(warm.state().shared().accuracy.labels).isEqualTo(100);
    }

    @Test
    void joulesThatAreAssumedOtherwiseStay() {
        MessPlus warm = algorithm(ZOO);
        warm.state().models()[0].energy.prior.perAnswer = 7;
        warm.begin(recorded(ZOO, 100));
        assertThat(warm.state().models()[0].energy.typicalPrice()).isEqualTo(7);
        assertThat(warm.state().models()[1].energy.typicalPrice()).isEqualTo(10);
    }

    @Test
    void anotherEmbeddingForgetsTheBeliefsButNotTheMeans() {
        MessPlus warm = algorithm(ZOO);
        warm.begin(recorded(ZOO, 100));
        assertThat(warm.useEmbedding("e/1")).isFalse();
        assertThat(warm.useEmbedding("e/2")).isTrue();
        assertThat(warm.state().models()[0].accuracy.own.isEmpty()).isTrue();
        assertThat(warm.state().models()[0].accuracy.labels).isEqualTo(100);
    }

    @Test
    void refusesToBeginWhereItHasNoEffect() {
        WarmStart recorded = recorded(ZOO, 100);
        MessPlus paper =
                new MessPlus(
                        Sla.of(.6),
                        PaperRule.Config.ofDefaults(),
                        ZOO,
                        AlgorithmState.initial(ZOO.size()));
        assertThatThrownBy(() -> paper.begin(recorded)).hasMessageContaining("paper's rule");

        MessPlus started = algorithm(ZOO);
        started.admit(started.decide("r", prompt(EASY), 0), prompt(EASY), 0);
        assertThatThrownBy(() -> started.begin(recorded))
                .hasMessage("warmStart: must come before the first request, came after 1");
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        List<RecordedPrompts> one = List.of(prompts(1, 2));
        RecordedModel model = new RecordedModel(new double[] {0, 1}, 1);
        assertThatThrownBy(() -> new WarmStart("e", -1, one, Map.of(), 1))
                .hasMessage("weight: must be at least 0, was -1");
        List<RecordedPrompts> unlike = List.of(prompts(1, 2), prompts(1));
        assertThatThrownBy(() -> new WarmStart("e", 1, unlike, Map.of(), 1))
                .hasMessage("prompts: must all have as many features as the first, 2, one had 1");
        assertThatThrownBy(() -> new WarmStart("e", 1, one, Map.of("a", model), 1))
                .hasMessage(
                        "models.a.scores: must be one of each of the 1 groups of prompts, had 2");
        assertThatThrownBy(() -> prompts(Float.NaN))
                .hasMessage("features: must be finite numbers, was NaN");
        assertThatThrownBy(() -> new RecordedPrompts(new float[1], 0))
                .hasMessage("rows: must be at least 1, was 0");
        assertThatThrownBy(() -> new RecordedModel(new double[] {0, 1.5}, 1))
                .hasMessage("scores: must be between 0 and 1, was 1.5");
        assertThatThrownBy(() -> new RecordedModel(new double[] {1}, -1))
                .hasMessage("meanJoules: must be finite and at least 0, was -1.0");
    }

    private static RecordedPrompts prompts(float... features) {
        return new RecordedPrompts(features, 1);
    }

    private static WarmStart recorded(List<String> models, int rows) {
        Random random = new Random(rows);
        OutcomeRecorder recorder = new OutcomeRecorder("e/1", models, 2);
        for (int i = 0; i < rows; i++) {
            float[] features = i % 3 == 0 ? HARD : EASY;
            recorder.add(features, scores(features, random), JOULES);
        }
        return recorder.result();
    }

    /** Both answer easy prompts, and only the large one hard ones. */
    private static double[] scores(float[] features, Random random) {
        return new double[] {
            random.nextDouble() < (features == HARD ? .1 : .9) ? 1 : 0,
            random.nextDouble() < .9 ? 1 : 0
        };
    }

    private static Prompt prompt(float[] features) {
        return new Prompt(features, 100, 0);
    }

    private static MessPlus algorithm(List<String> zoo) {
        return new MessPlus(
                Sla.of(.8),
                StreamRule.Config.ofDefaults(),
                zoo,
                AlgorithmState.initial(zoo.size()));
    }
}
