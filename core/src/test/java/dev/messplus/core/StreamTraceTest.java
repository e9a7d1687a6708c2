package dev.messplus.core;

import static dev.messplus.core.TestSla.EXPLOITED;
import static dev.messplus.core.TestSla.EXPLORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stream's rule, by hand: alpha = .6, c = .5; "small" scores .4 and costs 10 J, "big" scores .8
 * and costs 40 J, so normalised .25 and 1. A model is predicted by its last label.
 */
class StreamTraceTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final double[] SCORES = {0.4, 0.8};
    private static final double[] JOULES = {10, 40};
    private static final Settings POLICY = Settings.bare(0.6).v(0.2);

    private final TestSla sla = new TestSla(POLICY, "small", "big");

    @Test
    void decidesOnQPlusWhatIsInFlight() {
        // Nothing known: Ahat = 0 at no joules, the later model counts as stronger.
        PendingRequest t1 = asks(Mode.EXPLOIT, EXPLOITED, "big");
        PendingRequest t2 = asks(Mode.EXPLORE, EXPLORED, "big", "small");
        PendingRequest t3 = asks(Mode.EXPLORE, EXPLORED, "big", "small");
        queue(0, 1.8); // 3 x .6

        sla.explored(t2, SCORES, JOULES);
        queue(0, 1.2); // max(0, 0 + .6 - .8)
        sla.explored(t3, SCORES, JOULES);
        queue(0, 0.6);
        sla.answered(t1, 0.8, 40);
        queue(0, 0);
        assertThat(sla.queue.forecast).isEqualTo(0.0);
        // What was served trains too.
        assertThat(sla.model("small").accuracy.labels).isEqualTo(2);
        assertThat(sla.model("big").accuracy.labels).isEqualTo(3);

        // V E = .05 and .2: .05 + .2 P against .2 - .2 P, so big from P = .375 on.
        PendingRequest t4 = asks(Mode.EXPLOIT, EXPLOITED, "small"); // P = 0
        PendingRequest t5 = asks(Mode.EXPLOIT, EXPLOITED, "small"); // P = .2
        PendingRequest t6 = asks(Mode.EXPLOIT, EXPLOITED, "big"); // P = .4
        PendingRequest t7 = asks(Mode.EXPLOIT, EXPLOITED, "small"); // P = .4 + .6 - .8 = .2
        queue(0, 0.4);

        sla.answered(t5, 0.4, 10); // as foreseen: what leaves D enters Q
        queue(0.2, 0.2);
        PendingRequest t8 = asks(Mode.EXPLOIT, EXPLOITED, "big"); // P = .4
        queue(0.2, 0);
        sla.answered(t6, 0.8, 40);
        queue(0, 0.2);
        sla.answered(t4, 0.1, 10); // worse than foreseen: Q = 0 + .6 - .1
        queue(0.5, 0);

        // Ahat of small is now .1: .05 + .5 x .5 against .2 - .5 x .2.
        PendingRequest t9 = asks(Mode.EXPLOIT, EXPLOITED, "big"); // P = .5
        queue(0.5, -0.2);
        assertThat(sla.pressure()).isCloseTo(0.3, CLOSE);

        // Forecasts were .8 too low for t1 and .3 too high for t4: -.125 on average of t1, t4, t5
        // and t6. So t7 counts as its prediction .4 and .125 more.
        sla.algorithm.expire(t7);
        queue(0.575, -0.4);
        sla.answered(t8, 0.8, 40);
        queue(0.375, -0.2);
        sla.answered(t9, 0.8, 40);
        queue(0.175, 0);
        assertThat(sla.queue.forecast).isEqualTo(0.0);

        assertThat(sla.queue.labelled).isEqualTo(8);
        assertThat(sla.queue.scoreSum).isCloseTo(6 * 0.8 + 0.4 + 0.1, CLOSE);
        assertThat(sla.state.expired).isEqualTo(1);
        assertThat(sla.state.explored).isEqualTo(2);
        assertThat(sla.state.joules).isCloseTo(2 * 50 + 4 * 40 + 2 * 10, CLOSE);
        assertThat(sla.state.servedJoules).isCloseTo(6 * 40 + 2 * 10, CLOSE);
        assertThat(sla.window().size()).isEqualTo(8);
        assertThat(sla.window().average()).isCloseTo(5.3 / 8, CLOSE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1, 3_600_000})
    void meansTheSameByVInAnyUnitOfEnergy(double unit) {
        sla.trained(2, SCORES, new double[] {10 * unit, 40 * unit});
        sla.queue.q = 0.374;
        assertThat(sla.request(EXPLOITED).models()).containsExactly("small");
        sla.queue.q = 0.376 - sla.drift();
        assertThat(sla.request(EXPLOITED).models()).containsExactly("big");
    }

    @Test
    void weighsAPromptByItsLength() {
        sla.trained(2, SCORES, JOULES);
        sla.model("big").energy.observe(300, 0, 120);
        sla.model("small").energy.observe(300, 0, 30);
        Decision decision = sla.decide(EXPLOITED, new Prompt(new float[0], 200, 0));
        assertThat(decision.joules[0]).isCloseTo(20, CLOSE);
        assertThat(decision.joules[1]).isCloseTo(80, CLOSE);
    }

    @Test
    void weighsARequestByTheMaximumItAsksFor() {
        for (int maxTokens : new int[] {64, 256}) {
            PendingRequest request =
                    sla.request(EXPLORED, new Prompt(new float[0], 100, maxTokens));
            double[] joules = {maxTokens / 8.0, maxTokens};
            sla.explored(request, SCORES, joules);
        }
        Decision decision = sla.decide(EXPLOITED, new Prompt(new float[0], 100, 128));
        assertThat(decision.joules).containsExactly(new double[] {16, 128}, CLOSE);
    }

    @Test
    void derivesVFromTheBestModelAndTheOwnersTolerance() {
        Settings auto = POLICY.v(StreamRule.AUTO_V).window(1_000).tolerance(0.02);
        var automatic = new TestSla(auto, "small", "big").trained(2, SCORES, JOULES);
        // V = 1000 x .02 x (.8 - .6) / 5 = .8; .2 + .2 P against .8 - .2 P: big from P = 1.5 on
        assertThat(automatic.algorithm.v()).isCloseTo(0.8, CLOSE);
        assertThat(automatic.withZoo("big", "small").algorithm.v()).isCloseTo(0.8, CLOSE);
        automatic.queue.q = 1.499;
        assertThat(automatic.decide(EXPLOITED).chosen()).isZero();
        automatic.queue.q = 1.501;
        assertThat(automatic.decide(EXPLOITED).chosen()).isEqualTo(1);
    }

    @Test
    void measuresOthersByTheModelThatIsMostSurelyAccurate() {
        Settings auto = POLICY.v(StreamRule.AUTO_V).window(1_000).tolerance(0.02);
        var joined = new TestSla(auto, "small", "big").trained(3, SCORES, JOULES);
        joined = joined.withZoo("small", "big", "new");
        PendingRequest lucky = joined.request(EXPLORED);
        joined.explored(lucky, new double[] {0.4, 0.8, 1}, new double[] {10, 40, 100});
        joined.queue.q = 0;
        // big: .8 - .447 / sqrt(5) = .60; new: 1 - .447 / sqrt(2) = .68 and the surer
        assertThat(joined.algorithm.v()).isCloseTo(1.6, CLOSE); // 20 x (1 - .6) / 5
        // E = .1, .4 and 1: .16 + .2 P, .64 - .2 P and 1.6 - .4 P, so new from P = 4.8 on
        joined.queue.q = 4.79;
        assertThat(joined.decide(EXPLOITED).chosen()).isEqualTo(1);
        joined.queue.q = 4.81;
        assertThat(joined.decide(EXPLOITED).chosen()).isEqualTo(2);

        var proven = new TestSla(auto, "small", "big").trained(5, SCORES, JOULES);
        proven = proven.withZoo("small", "big", "new");
        PendingRequest fair = proven.request(EXPLORED);
        proven.explored(fair, new double[] {0.4, 0.8, 0.9}, new double[] {10, 40, 80});
        // big: .8 - .447 / sqrt(7) = .63; new: .9 - .447 / sqrt(2) = .58, so big's .2 is what
        // counts
        assertThat(proven.algorithm.v()).isCloseTo(0.8, CLOSE);
        // E = .25, 1 and 2: .2 + .2 P, .8 - .2 P and 1.6 - .3 P, so new from P = 8 on
        proven.queue.q = 7.99;
        assertThat(proven.decide(EXPLOITED).chosen()).isEqualTo(1);
        proven.queue.q = 8.01;
        assertThat(proven.decide(EXPLOITED).chosen()).isEqualTo(2);
    }

    @Test
    void ranksTheOthersAsFallbacks() {
        var three = new TestSla(POLICY, "small", "middle", "big");
        three.trained(2, new double[] {0.4, 0.7, 0.8}, new double[] {10, 20, 40});
        // V E = .05, .1, .2. P = 0: by energy alone.
        assertThat(three.decide(EXPLOITED).ranking).containsExactly(0, 1, 2);
        three.queue.q = 0.4; // .05 + .08 = .13, .1 - .04 = .06, .2 - .08 = .12
        assertThat(three.decide(EXPLOITED).ranking).containsExactly(1, 2, 0);
        three.queue.q = 2; // .45, -.1, -.2
        assertThat(three.decide(EXPLOITED).ranking).containsExactly(2, 1, 0);
    }

    @Test
    void expectsToServeTheMostAccurateWhenItExplores() {
        var mixed = new TestSla(POLICY, "middle", "big", "small");
        mixed.trained(2, new double[] {0.7, 0.8, 0.4}, new double[] {20, 40, 10});
        PendingRequest request = mixed.request(EXPLORED);
        assertThat(request.models()).containsExactly("big", "middle", "small");
        assertThat(mixed.drift()).isCloseTo(0.6 - 0.8, CLOSE);
        mixed.served(request, "middle"); // it was the best this time
        assertThat(mixed.drift()).isCloseTo(0.6 - 0.7, CLOSE);
    }

    private PendingRequest asks(Mode mode, String id, String... models) {
        PendingRequest request = sla.request(id);
        assertThat(request.mode).isEqualTo(mode);
        assertThat(request.models()).containsExactly(models);
        return request;
    }

    private void queue(double q, double drift) {
        assertThat(sla.queue.q).as("Q").isCloseTo(q, CLOSE);
        assertThat(sla.drift()).as("D").isCloseTo(drift, CLOSE);
    }
}
