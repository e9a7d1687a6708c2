package dev.messplus.core;

import static dev.messplus.core.TestSla.EXPLOITED;
import static dev.messplus.core.TestSla.EXPLORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Models that are left alone for a while: alpha = .6; "small", "middle" and "big" score .4, .7 and
 * .8 and cost 10, 20 and 40 J, so V E = .05, .1 and .2.
 */
class AvailabilityTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final long BACK = 1_000;
    private static final double[] SCORES = {0.4, 0.7, 0.8};
    private static final double[] JOULES = {10, 20, 40};
    private static final Settings POLICY = Settings.bare(0.6).v(0.2);

    private final TestSla sla =
            new TestSla(POLICY, "small", "middle", "big").trained(2, SCORES, JOULES);

    @Test
    void isSkippedUntilItsTimeHasPassed() {
        ranks(3, 0, 1, 2); // P = 0: by energy alone
        sla.algorithm.markUnavailable("small", BACK);
        ranks(2, 1, 2, 0);
        sla.nowMillis = BACK - 1;
        ranks(2, 1, 2, 0);
        sla.nowMillis = BACK;
        ranks(3, 0, 1, 2);
    }

    @Test
    void isTheLastResortWhateverSpeaksForIt() {
        sla.queue.q = 0.4; // .05 + .08 = .13, .1 - .04 = .06, .2 - .08 = .12
        ranks(3, 1, 2, 0);
        sla.algorithm.markUnavailable("middle", BACK);
        ranks(2, 2, 0, 1);
        sla.algorithm.markUnavailable("big", BACK);
        ranks(1, 0, 1, 2);
    }

    @Test
    void keepsThePriceThatOthersAreMeasuredBy() {
        sla.algorithm.markUnavailable("big", BACK);
        // .05 + .2 P against .1 - .1 P: middle from P = .167 on. In terms of middle's 20 J it would
        // be .1 + .2 P against .2 - .1 P, from .333 on.
        sla.queue.q = 0.166;
        ranks(2, 0, 1, 2);
        sla.queue.q = 0.168;
        ranks(2, 1, 0, 2);
    }

    @Test
    void isNotExplored() {
        sla.algorithm.markUnavailable("big", BACK);
        Decision decision = sla.decide(EXPLORED);
        assertThat(decision.mode).isEqualTo(Mode.EXPLORE);
        assertThat(decision.available).isEqualTo(2);
        PendingRequest request = sla.request(EXPLORED);
        assertThat(request.models()).containsExactly("middle", "small");
        assertThat(request.predicted).isCloseTo(0.7, CLOSE);
        sla.explored(request, SCORES, JOULES);
        assertThat(request.isComplete()).isTrue();
        assertThat(sla.model("middle").accuracy.labels).isEqualTo(3);
        assertThat(sla.model("big").accuracy.labels).isEqualTo(2);
        assertThat(sla.state.explored).isEqualTo(3);
    }

    @Test
    void countsInQueueAndDriftWhatAnsweredInItsPlace() {
        sla.queue.q = 0.4;
        sla.algorithm.markUnavailable("middle", BACK);
        PendingRequest first = sla.request(EXPLOITED);
        assertThat(first.models()).containsExactly("big"); // not middle, as at P = .4 it would be
        assertThat(sla.drift()).isCloseTo(0.6 - 0.8, CLOSE);
        sla.answered(first, 0.8, 40);
        assertThat(sla.queue.q).isCloseTo(0.4 + 0.6 - 0.8, CLOSE);

        // P = .2: .05 + .04 against .2 - .04. Small fails, and so does big.
        PendingRequest second = sla.request(EXPLOITED);
        assertThat(second.models()).containsExactly("small");
        sla.failed(second, "small");
        sla.failed(second, "big");
        sla.served(second, "middle");
        assertThat(sla.drift()).isCloseTo(0.6 - 0.7, CLOSE);
        sla.scored(second, "middle", 0.5);
        assertThat(second.isComplete()).isTrue();
        assertThat(sla.queue.q).isCloseTo(0.2 + 0.6 - 0.5, CLOSE);
        assertThat(sla.drift()).isZero();
    }

    @Test
    void countsAsAvailableWhenNoneIs() {
        sla.algorithm.markUnavailable("small", BACK);
        sla.algorithm.markUnavailable("middle", BACK);
        sla.algorithm.markUnavailable("big", BACK);
        ranks(3, 0, 1, 2);
        assertThat(sla.request(EXPLORED).models()).containsExactly("big", "middle", "small");
    }

    @Test
    void isAwayUntilTheLatestTimeThatWasTold() {
        assertThat(sla.algorithm.markUnavailable("small", BACK)).isTrue();
        assertThat(sla.algorithm.markUnavailable("small", BACK - 1)).isFalse();
        assertThat(sla.algorithm.markUnavailable("small", BACK)).isFalse();
        assertThat(sla.model("small").unavailableUntilMillis).isEqualTo(BACK);
        assertThat(sla.algorithm.markUnavailable("small", BACK + 1)).isTrue();
        assertThat(sla.model("small").unavailableUntilMillis).isEqualTo(BACK + 1);
        sla.algorithm.markUnavailable("gone", BACK);
        ranks(2, 1, 2, 0);
    }

    private void ranks(int available, int... ranking) {
        Decision decision = sla.decide(EXPLOITED);
        assertThat(decision.mode).isEqualTo(Mode.EXPLOIT);
        assertThat(decision.available).isEqualTo(available);
        assertThat(decision.ranking).containsExactly(ranking);
    }
}
