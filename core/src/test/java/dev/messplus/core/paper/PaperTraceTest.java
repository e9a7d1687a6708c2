package dev.messplus.core.paper;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static dev.messplus.core.algorithm.TestSla.EXPLORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Mode;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.Settings;
import dev.messplus.core.algorithm.TestSla;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * The published algorithm, by hand: alpha = .6, V = .001, c = 1, eta = .1; "small" costs 10 J and
 * "big" 40 J; features are one number a, a model is (w, b) and predicts w a + b.
 */
class PaperTraceTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final Offset<Float> FLOAT = within(1e-6f);
    private static final double[] JOULES = {10, 40};

    private final TestSla sla = new TestSla(Settings.paper(0.6, 0.001, 1), "small", "big");

    @Test
    void followsThePublishedRule() {
        // t = 1, p = 1. Ahat = 0 for both, so (w, b) = .2 A_m (1, 1). Serves big at .8.
        PendingRequest first = sla.request(EXPLOITED, 1);
        assertThat(first.mode).isEqualTo(Mode.EXPLORE);
        assertThat(first.models()).containsExactlyInAnyOrder("small", "big");
        sla.explored(first, new double[] {0.5, 0.8}, JOULES);
        assertThat(first.isComplete()).isTrue();
        models(new float[] {0.1f, 0.1f}, new float[] {0.16f, 0.16f});
        q(0); // max(0, 0 + .6 - .8)

        // t = 2, p = .794. Q = 0: .01 against .04.
        exploits(1, "small", 0.3);
        q(0.3); // 0 + .6 - .3

        // t = 3, p = .693. Ahat = .2 and .32: .01 + .3 x .4 = .13 against .04 + .3 x .28 = .124.
        exploits(1, "big", 0.7);
        q(0.2); // .3 + .6 - .7
        models(new float[] {0.1f, 0.1f}, new float[] {0.16f, 0.16f});

        // t = 4, p = .630, a = -1. Ahat = 0 for both; (w, b) + .2 A_m (-1, 1). Small is served.
        PendingRequest fourth = sla.request(EXPLORED, -1);
        assertThat(fourth.mode).isEqualTo(Mode.EXPLORE);
        sla.explored(fourth, new double[] {0.9, 0.4}, JOULES);
        assertThat(fourth.models().get(fourth.served)).isEqualTo("small");
        models(new float[] {-0.08f, 0.28f}, new float[] {0.08f, 0.24f});
        q(0); // max(0, .2 + .6 - .9)

        // t = 5, p = .585. Q = 0: .01 against .04.
        exploits(1, "small", 0.1);
        q(0.5);

        // t = 6, p = .550. Ahat = .2 and .32: .01 + .5 x .4 = .21 against .04 + .5 x .28 = .18.
        exploits(1, "big", 0.8);
        q(0.3);

        // t = 7, p = .523, a = -1. Ahat = .36 and .16: .01 + .3 x .24 against .04 + .3 x .44.
        exploits(-1, "small", 0.6);
        q(0.3);

        models(new float[] {-0.08f, 0.28f}, new float[] {0.08f, 0.24f});
        assertThat(sla.state.t).isEqualTo(7);
        assertThat(sla.state.explored).isEqualTo(2);
        assertThat(sla.state.joules).isEqualTo(2 * 50 + 3 * 10 + 2 * 40);
        assertThat(sla.state.servedJoules).isEqualTo(4 * 10 + 3 * 40);
        // (.8 + .3 + .7 + .9 + .1 + .8 + .6) / 7
        assertThat(sla.queue.averageScore()).isCloseTo(0.6, CLOSE);
        assertThat(sla.model("small").served).isEqualTo(4);
        assertThat(sla.model("big").served).isEqualTo(3);
    }

    @Test
    void decidesOnQAloneWhateverIsInFlight() {
        sla.explored(sla.request(EXPLORED, 1), new double[] {0.5, 0.8}, JOULES);
        for (int i = 0; i < 100; i++) {
            assertThat(sla.request(EXPLOITED, 1).models()).containsExactly("small");
        }
        assertThat(sla.decide(EXPLOITED, 1).pressure).isZero();
    }

    private void exploits(float a, String model, double score) {
        PendingRequest request = sla.request(EXPLOITED, a);
        assertThat(request.mode).isEqualTo(Mode.EXPLOIT);
        assertThat(request.models()).containsExactly(model);
        sla.answered(request, score, model.equals("small") ? 10 : 40);
        assertThat(request.isComplete()).isTrue();
    }

    private void q(double expected) {
        assertThat(sla.queue.q).isCloseTo(expected, CLOSE);
        assertThat(sla.queue.inFlight).isZero();
    }

    private void models(float[] small, float[] big) {
        assertThat(sla.model("small").accuracy.weights).containsExactly(small, FLOAT);
        assertThat(sla.model("big").accuracy.weights).containsExactly(big, FLOAT);
    }
}
