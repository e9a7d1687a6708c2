package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.account.PendingRequest;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * The stream's rule, by hand: alpha = .6; "small" scores .4 and costs 10 J, "big" scores .8 and
 * costs 160 J. A model is predicted by its last label. lambda_0 is cbrt(10 x 40^2) / .08 = 315 J,
 * and small is chosen while lambda is below 150 / .4 = 375 J.
 */
class StreamTraceTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final double[] SCORES = {0.4, 0.8};
    private static final double[] JOULES = {10, 160};
    private static final double LAMBDA_0 = Math.cbrt(10 * 40 * 40) / 0.08;

    private final TestSla sla =
            new TestSla(Settings.bare(0.6), "small", "big").trained(1, SCORES, JOULES);

    @Test
    void choosesByThePriceOfThePressure() {
        sla.queue.q = 2.9;
        // e^(2.9 / (sqrt(.2) x 40)) = 1.1760, 370.4 J; then D = .2 and N = 1: e^(3.1 / (sqrt(.2) x
        // 41.5)) = 1.1818, 372.2 J
        PendingRequest first = asks("small", LAMBDA_0 * Math.exp(2.9 / (Math.sqrt(0.2) * 40)));
        PendingRequest second = asks("small", LAMBDA_0 * Math.exp(3.1 / (Math.sqrt(0.2) * 41.5)));
        sla.answered(first, 0, 10);
        // Q = 2.9 + .6, the error -.4. Small is now believed to score 0, and so is what it is to
        // answer: D = .6.
        assertThat(sla.queue.q).isCloseTo(3.5, CLOSE);
        assertThat(sla.drift()).isCloseTo(0.6, CLOSE);
        double sigma = Math.sqrt((50 * 0.2 + 0.16) / 51);
        assertThat(sla.state.price.deviation()).isCloseTo(sigma, CLOSE);
        // 10 against 160 - .8 lambda, lambda being 393 J.
        PendingRequest third = asks("big", LAMBDA_0 * Math.exp((3.5 + 0.6) / (sigma * 41.5)));
        sla.answered(third, 1, 160);
        assertThat(sla.queue.q).isCloseTo(3.1, CLOSE);
        assertThat(sla.drift()).isCloseTo(0.6, CLOSE);
        // Unrated, it counts as it was forecast: .4.
        sla.algorithm.expire(second);
        assertThat(sla.queue.q).isCloseTo(3.1 + 0.2, CLOSE);
        assertThat(sla.drift()).isZero();
        assertThat(sla.state.joules).isCloseTo(170, CLOSE);
    }

    /** 100 labels: margin .02 x 100, ahead by no more than that and the credit of 2. */
    @Test
    void boundsWhatItIsAheadAndBehind() {
        Settings settings = Settings.bare(0.6).window(1_000_000).marginSigmas(1.4).credit(2);
        var ahead = new TestSla(settings, "small", "big").trained(1, SCORES, JOULES);
        for (int i = 0; i < 100; i++) {
            ahead.answered(ahead.request(EXPLOITED), 1, 10);
        }
        double resolved = 1e6 * (1 - Math.pow(1 - 1e-6, 100));
        // Bounded by the margin of before, or of after, the label: .02 apart.
        assertThat(ahead.queue.q).isCloseTo(-2 - 0.02 * resolved, within(0.021));
        Settings tight = Settings.bare(0.6).window(64).tolerance(0);
        var behind = new TestSla(tight, "small", "big").trained(1, SCORES, JOULES);
        for (int i = 0; i < 1_000; i++) {
            behind.answered(behind.request(EXPLOITED), 0, 10);
        }
        assertThat(behind.queue.q).isLessThan(4 * Math.sqrt(0.2) * 8 + 0.1);
    }

    private PendingRequest asks(String model, double joulesPerScore) {
        assertThat(sla.algorithm.joulesPerScore()).isCloseTo(joulesPerScore, CLOSE);
        PendingRequest request = sla.request(EXPLOITED);
        assertThat(request.models()).containsExactly(model);
        return request;
    }
}
