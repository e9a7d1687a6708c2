package dev.messplus.core.algorithm;

import static dev.messplus.core.EnergyCorrection.Use.LEARNED;
import static dev.messplus.core.EnergyCorrection.Use.PLANNED;
import static dev.messplus.core.EnergyCorrection.Use.SERVED;
import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static dev.messplus.core.algorithm.TestSla.EXPLORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.EnergyCorrection;
import dev.messplus.core.LabelSource;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Observations;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.shard.ShardExchange;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.core.zoo.ModelState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds under either rule: predictors, decisions and admission, another embedding. */
class MessPlusTest {

    private static final Sla SLA = Sla.of(0.6);
    private static final List<String> ZOO = List.of("small", "big");
    private static final Prompt PROMPT = new Prompt(new float[] {1, 2}, 100, 0);

    private final AlgorithmState state = AlgorithmState.initial(2);

    @Test
    void thePapersRulePredictsByGradientDescent() {
        var paper = new MessPlus(SLA, new PaperRule.Config(0.3, 1_000, 0.1), ZOO, state);
        PendingRequest request = explore(paper);
        paper.observe(request, Observation.answered("small", 1, Double.NaN, true));
        // x + .1 x 2 x 1 x (1, 2, 1)
        assertThat(state.models()[0].accuracy.weights)
                .containsExactly(new float[] {0.2f, 0.4f, 0.2f}, within(1e-6f));
        assertThat(state.shared().accuracy.weights).isEmpty();
        state.sla().queue.q = 0.6;
        assertThat(paper.joulesPerScore()).isEqualTo(0.6 / 0.3);
        assertThat(paper.sla()).isSameAs(SLA);
        assertThat(paper.state()).isSameAs(state);
    }

    @Test
    void theStreamsRulePredictsByRegression() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        PendingRequest request = explore(stream);
        stream.observe(request, Observation.answered(request.models().get(0), 1, Double.NaN, true));
        assertThat(state.shared().accuracy.labels).isOne();
        assertThat(state.models()[0].accuracy.weights).isEmpty();
    }

    @Test
    void admitsOnlyTheNextDecision() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        Decision decision = stream.decide("a", PROMPT, 0);
        stream.admit(decision, PROMPT, 0);
        assertThatThrownBy(() -> stream.admit(decision, PROMPT, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("decision: must be the next one, 2, was 1");
        assertThat(state.sla().t).isOne();
        assertThat(state.sla().queue.inFlight).isOne();
    }

    @Test
    void forgetsWhatItLearnedOfFeaturesWhenTheEmbeddingChanges() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        assertThat(stream.useEmbedding("first")).isFalse();
        PendingRequest before = explore(stream);
        PendingRequest late = explore(stream);
        String model = before.models().get(0);
        stream.observe(before, Observation.answered(model, 1, 10, true));
        assertThat(stream.useEmbedding("first")).isFalse();
        assertThat(state.shared().accuracy.labels).isOne();

        assertThat(stream.useEmbedding("second")).isTrue();

        assertThat(state.shared().embedding).isEqualTo("second");
        assertThat(state.shared().otherFeaturesUntil).isEqualTo(2);
        assertThat(state.shared().accuracy.labels).isZero();
        assertThat(state.shared().accuracy.isEmpty()).isTrue();
        ModelState known = state.models()[ZOO.indexOf(model)];
        assertThat(known.accuracy.own.weights).isEmpty();
        assertThat(known.accuracy.labels).isOne();
        assertThat(known.accuracy.mean).isEqualTo(1);

        // Features of the first embedding teach no regression any more, whatever their length.
        PendingRequest after = explore(stream);
        String asked = late.models().get(0);
        stream.observe(late, Observation.answered(asked, 0, Double.NaN, true));
        assertThat(state.shared().accuracy.labels).isZero();
        stream.observe(after, Observation.answered(after.models().get(0), 0, Double.NaN, true));
        assertThat(state.shared().accuracy.labels).isOne();
    }

    @Test
    void exploresOnlyWhereThereIsSomethingToCompare() {
        Settings settings = Settings.paper(0.6, 0.1, 1);
        var two = new TestSla(settings, "small", "big");
        assertThat(two.decide(EXPLORED).mode).isEqualTo(Mode.EXPLORE);
        two.algorithm.markUnavailable("big", 1);
        assertThat(two.decide(EXPLORED).mode).isEqualTo(Mode.EXPLOIT);
        var one = new TestSla(settings, "single");
        assertThat(one.decide(EXPLORED).mode).isEqualTo(Mode.EXPLORE);
    }

    @Test
    void saysWhetherAnObservationWasNews() {
        var sla = new TestSla(Settings.bare(0.6), "small", "big");
        PendingRequest request = sla.request(EXPLOITED);
        String asked = request.models().get(0);
        String other = asked.equals("big") ? "small" : "big";
        Observation failedCall =
                new Observation(
                        asked,
                        Double.NaN,
                        MeasuredEnergy.UNKNOWN,
                        3,
                        Observation.Outcome.NOT_SERVED);
        assertThat(sla.algorithm.observe(request, failedCall)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.failed(request, asked)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.failed(request, asked)).isEqualTo(JoinResult.DUPLICATE);
        assertThat(sla.unanswered(request, other)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.unanswered(request, other)).isEqualTo(JoinResult.DUPLICATE);
        // The request is settled: nobody else can have served it.
        assertThat(sla.scored(request, "third", 1)).isEqualTo(JoinResult.UNEXPECTED);
        assertThat(request.earlyScores).isEmpty();
    }

    @Test
    void thatNobodyAnsweredIsNewsThoughTheFailureWasReported() {
        var sla = new TestSla(Settings.bare(0.6), "only");
        PendingRequest request = sla.request(EXPLOITED);
        sla.failed(request, "only");
        assertThat(sla.unanswered(request, "only")).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.unanswered(request, "only")).isEqualTo(JoinResult.DUPLICATE);
    }

    /** Settled, a request takes in nothing of a model that it did not ask. */
    @Test
    void expectsNoOtherModelOnceTheChosenOneServed() {
        var sla = new TestSla(Settings.bare(0.6), "small", "big");
        PendingRequest request = sla.request(EXPLOITED);
        String chosen = request.models().get(0);
        sla.served(request, chosen);
        String other = chosen.equals("big") ? "small" : "big";
        assertThat(sla.failed(request, other)).isEqualTo(JoinResult.UNEXPECTED);
        assertThat(request.models()).containsExactly(chosen);
    }

    @Test
    void aFailedSecondAnswerStaysOneOnceTheChosenModelServed() {
        var sla = new TestSla(Settings.paper(0.6, 0.1, 1_000), "small", "big");
        PendingRequest request = sla.request(EXPLORED);
        String second = request.models().get(1);
        sla.served(request, request.models().get(0));
        sla.failed(request, second);
        assertThat(sla.served(request, second)).isEqualTo(JoinResult.DUPLICATE);
        assertThat(request.answer(second).failed).isTrue();
    }

    @Test
    void beginsTheIntervalAnewWhereLabelsComeFromElsewhere() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        stream.admit(stream.decide("a", PROMPT, 0), PROMPT, 0);
        Sla audited = Sla.from(SLA).labels(LabelSource.audit(0.5)).build();
        new MessPlus(audited, StreamRule.Config.ofDefaults(), ZOO, state);
        assertThat(state.sla().confidence.since).isOne();
    }

    @Test
    void learnsNoEnergyOfAnObservationWithoutJoulesFromAnotherShard() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        var exchange =
                new ShardExchange(Sla.from(SLA).shards(2).build(), StreamRule.Config.ofDefaults());
        exchange.add(1, PROMPT, Observation.scored("small", 1));
        stream.learnFromOtherShards(exchange.drain()[0]);
        assertThat(state.models()[0].energy.measurements).isZero();
        assertThat(state.models()[0].accuracy.labels).isOne();
    }

    /** More labels than there are groups reach the beliefs as means of groups. */
    @Test
    void learnsFromManyLabelsOfAnotherShardAtOnce() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        stream.useEmbedding("any");
        var exchange =
                new ShardExchange(Sla.from(SLA).shards(2).build(), StreamRule.Config.ofDefaults());
        int labels = 10 * Priors.MAX_LABEL_GROUPS;
        for (int i = 0; i < labels; i++) {
            exchange.add(1, PROMPT, Observation.scored("small", 1));
        }
        stream.learnFromOtherShards(exchange.drain()[0]);
        assertThat(state.shared().accuracy.labels).isEqualTo(labels);
        assertThat(state.models()[0].accuracy.own.labels).isEqualTo(labels);
        assertThat(stream.decide("a", PROMPT, 0).accuracy[0]).isCloseTo(1, within(0.05));
    }

    @Test
    void aProbeThatWasNeverCalledCostsNothing() {
        state.models()[0].energy.assume(1);
        state.models()[1].energy.assume(2);
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        state.sla().probeAllowanceJoules = 100;
        PendingRequest request = explore(stream);
        assertThat(request.models()).hasSize(2);
        assertThat(state.sla().probeAllowanceJoules).isLessThan(100);
        stream.observe(request, Observations.expired(request.models().get(0)));
        assertThat(state.sla().probeAllowanceJoules).isEqualTo(100);
    }

    /** A call is booked with its decision; if the decision was undone or repeated, as a repeat. */
    @Test
    void aCorrectionIsBookedWhereItsCallWas() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        MeasuredEnergy known = MeasuredEnergy.of(7);
        stream.correct(new EnergyCorrection("small", SERVED, 3, 0.5, PROMPT, known), true);
        assertBooked(3.5, 3, 0.5, 0);
        stream.correct(new EnergyCorrection("small", LEARNED, -1, 2, PROMPT, known), true);
        assertBooked(4.5, 3, 2.5, 0);
        stream.correct(new EnergyCorrection("small", SERVED, 4, 1, PROMPT, known), false);
        assertBooked(9.5, 3, 2.5, 5);
        assertThat(state.models()[0].energy.measurements).isEqualTo(3);
        assertThat(state.models()[0].energy.meanCharge()).isCloseTo(7, within(1e-9));

        var unknown =
                new EnergyCorrection("small", SERVED, 0, 1, PROMPT, MeasuredEnergy.of(Double.NaN));
        stream.correct(unknown, true);
        assertBooked(10.5, 3, 3.5, 5);
        assertThat(state.models()[0].energy.measurements).isEqualTo(3);
        assertThat(state.sla().plannedJoules).isZero();

        stream.correct(new EnergyCorrection("small", PLANNED, 2, 0, PROMPT, known), true);
        assertBooked(12.5, 3, 3.5, 5);
        assertThat(state.sla().plannedJoules).isEqualTo(2);
    }

    private void assertBooked(double joules, double served, double failed, double repeated) {
        SlaState sums = state.sla();
        assertThat(sums.joules).isEqualTo(joules);
        assertThat(sums.servedJoules).isEqualTo(served);
        assertThat(sums.failedJoules).isEqualTo(failed);
        assertThat(sums.repeatJoules).isEqualTo(repeated);
    }

    @Test
    void qRisesToItsMaximumAndNoFurther() {
        var stream = new MessPlus(SLA, StreamRule.Config.ofDefaults(), ZOO, state);
        for (int i = 0; i < 1_000; i++) {
            PendingRequest request = explore(stream);
            stream.observe(request, Observation.answered(request.models().get(0), 0, 1, true));
            assertThat(state.sla().queue.q).isLessThanOrEqualTo(stream.maxQueue());
        }
        assertThat(state.sla().queue.q).isPositive().isEqualTo(stream.maxQueue());
        var paper = new MessPlus(SLA, new PaperRule.Config(0.3, 1_000, 0.1), ZOO, state);
        assertThat(paper.maxQueue()).isInfinite();
    }

    private static PendingRequest explore(MessPlus algorithm) {
        return algorithm.admit(algorithm.decide(EXPLORED, PROMPT, 0), PROMPT, 0);
    }
}
