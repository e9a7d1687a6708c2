package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.account.PendingRequest;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Models that are left alone for a while: alpha = .6; "small", "middle" and "big" score .4, .7 and
 * .8 and cost 10, 20 and 40 J. At a pressure of 0 a unit of score is worth 20 J.
 */
class AvailabilityTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final long BACK = 1_000;
    private static final double[] SCORES = {0.4, 0.7, 0.8};
    private static final double[] JOULES = {10, 20, 40};
    private static final Settings POLICY = Settings.bare(0.6);

    private final TestSla sla =
            new TestSla(POLICY, "small", "middle", "big").trained(2, SCORES, JOULES).priced(20);

    @Test
    void isSkippedUntilItsTimeHasPassed() {
        ranks(3, 0, 1, 2); // 10 - 20 x .4, 20 - 20 x .7, 40 - 20 x .8
        sla.algorithm.markUnavailable("small", BACK);
        ranks(2, 1, 2, 0);
        sla.nowMillis = BACK - 1;
        ranks(2, 1, 2, 0);
        sla.nowMillis = BACK;
        ranks(3, 0, 1, 2);
    }

    @Test
    void isTheLastResortWhateverSpeaksForIt() {
        sla.priced(100); // 10 - 40, 20 - 70, 40 - 80
        ranks(3, 1, 2, 0);
        sla.algorithm.markUnavailable("middle", BACK);
        ranks(2, 2, 0, 1);
        sla.algorithm.markUnavailable("big", BACK);
        ranks(1, 0, 1, 2);
    }

    @Test
    void isNotExplored() {
        TestSla curious = new TestSla(POLICY.explorationBudget(0.1), "small", "middle", "big");
        curious.trained(2, SCORES, JOULES).priced(20).probing("big");
        curious.algorithm.markUnavailable("big", BACK);
        assertThat(curious.request(EXPLOITED).models()).containsExactly("small");
        curious.probing("middle");
        assertThat(curious.request(EXPLOITED).models()).containsExactly("small", "middle");
        curious.nowMillis = BACK;
        curious.model("middle").probeReserveJoules = 0;
        assertThat(curious.request(EXPLOITED).models()).containsExactly("small", "big");
    }

    @Test
    void countsInQueueAndDriftWhatAnsweredInItsPlace() {
        sla.priced(100);
        sla.algorithm.markUnavailable("middle", BACK);
        PendingRequest first = sla.request(EXPLOITED);
        assertThat(first.models()).containsExactly("big");
        assertThat(sla.drift()).isCloseTo(0.6 - 0.8, CLOSE);
        sla.queue.q = 0.4;
        sla.answered(first, 0.8, 40);
        assertThat(sla.queue.q).isCloseTo(0.4 + 0.6 - 0.8, CLOSE);

        sla.priced(20);
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
