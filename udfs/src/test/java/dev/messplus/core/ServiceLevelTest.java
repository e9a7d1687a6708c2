package dev.messplus.core;

import static dev.messplus.core.TestSla.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the promise is worth, with nothing in flight.
 *
 * <p>Where every model's score is constant, two labels make its prediction exact (the mean), and
 * normalised energies are at most 1. An exploit step that serves a model of A &lt; alpha although
 * the best is there has V E + Q (alpha - A) &lt;= V E_best + Q (alpha - A_best), so Q &lt;= V /
 * (A_best - A), and leaves Q + alpha - A behind: at most max(V / A_best + alpha, V / (A_best -
 * alpha)), for V / (A_best - A) + alpha - A is convex in A. Explored requests are served by the
 * best and do not raise Q. And because Q(t) - Q(s) is at least the shortfall of the requests from s
 * to t, no stretch of the run is further behind than that.
 */
class ServiceLevelTest {

    private static final double ROUNDING = 1e-6;

    @Property(tries = 300)
    void keepsTheDeficitWithinVOverTheMargin(
            @ForAll @DoubleRange(min = 0.05, max = 0.85) double alpha,
            @ForAll @DoubleRange(min = 0.02, max = 0.15) double margin,
            @ForAll @DoubleRange(max = 4) double v,
            @ForAll @Size(3) List<@DoubleRange(max = 1) Double> others,
            @ForAll @Size(4) List<@DoubleRange(min = 0.01, max = 50) Double> costs) {
        double[] scores = scores(alpha + margin, others);
        double best = DoubleStream.of(scores).max().orElseThrow();
        Policy policy = with(Policy.stream(alpha), "v", v, "warmUpLabels", 2);
        double bound = Math.max(v / best + alpha, v / (best - alpha)) + ROUNDING;
        var sla = new TestSla(policy, "a", "b", "c", "d");

        List<Double> served = run(sla, 1_500, bound, t -> scores, joules(costs));

        // Before models are warm, the dearest is asked, and it may be anything.
        double warmUp = sla.state.t - served.size();
        double average = sla.queue.averageScore();
        assertThat(average).isGreaterThanOrEqualTo(alpha - (warmUp + bound) / sla.state.t);
        assertThat(worstShortfall(served, alpha, served.size())).isLessThanOrEqualTo(bound);
    }

    @Property(tries = 200)
    void keepsWhatTheOwnerToleratesInEveryWindow(
            @ForAll @DoubleRange(min = 0.05, max = 0.85) double alpha,
            @ForAll @DoubleRange(min = 0.02, max = 0.15) double margin,
            @ForAll @IntRange(min = 64, max = 500) int window,
            @ForAll @DoubleRange(max = 0.05) double tolerance,
            @ForAll @Size(3) List<@DoubleRange(max = 1) Double> others,
            @ForAll @Size(4) List<@DoubleRange(min = 0.01, max = 50) Double> costs) {
        double[] scores = scores(alpha + margin, others);
        Policy policy =
                with(
                        Policy.stream(alpha),
                        "v",
                        Policy.AUTO_V,
                        "window",
                        window,
                        "tolerance",
                        Math.max(tolerance, 1.01 * alpha / window),
                        "warmUpLabels",
                        2);
        var sla = new TestSla(policy, "a", "b", "c", "d");
        double tolerated = policy.window() * policy.tolerance() + ROUNDING;

        List<Double> served = run(sla, 1_500, tolerated, t -> scores, joules(costs));

        assertThat(worstShortfall(served, alpha, window)).isLessThanOrEqualTo(tolerated);
    }

    @Test
    void climbsToItsBoundWhenAlmostGoodEnoughIsAlmostFree() {
        // Small misses alpha by .01: Q climbs to V (1 - .01) / (.8 - .59) = 9.43, where big takes
        // over, pays .2 back, and so on. The bound is 2 / .2.
        Policy policy =
                with(Policy.stream(0.6), "v", 2.0, "warmUpLabels", 2, "explorationRate", 0.02);
        double[] scores = {0.59, 0.8};
        double[] joules = {0.01, 1};
        var sla = new TestSla(policy, "small", "big").trained(2, scores, joules);
        run(sla, 2_000, 2 / 0.2, t -> scores, joules);
        assertThat(sla.queue.q).isBetween(9.43 - 0.21, 9.43 + 0.01);
    }

    @Test
    void paysForNoMoreQualityThanWasPromised() {
        // .6 is half way between .4 and .8, so half of the requests can do with 10 J: 55 J each.
        Policy policy = with(Policy.stream(0.6), "explorationFloor", 0.0, "warmUpLabels", 2);
        var sla = new TestSla(policy, "small", "big");
        double[] scores = {0.4, 0.8};
        run(sla, 50_000, 6, t -> scores, new double[] {10, 100});
        // Exploring serves 1.5 c T^(2/3) requests with the best model: 2% of them, .4% of quality.
        assertThat(sla.queue.averageScore()).isBetween(0.6 - 6.0 / 50_000, 0.601);
        assertThat(sla.state.servedJoules / sla.state.t).isBetween(54.0, 56.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsThePromiseWhenScoresAreChance(long seed) {
        var random = new SplittableRandom(seed);
        double[] rates = {0.5, 0.6, 0.75};
        IntFunction<double[]> chance =
                t -> DoubleStream.of(rates).map(p -> random.nextDouble() < p ? 1 : 0).toArray();
        var sla = new TestSla(Policy.stream(0.68), "small", "middle", "big");

        run(sla, 20_000, Double.POSITIVE_INFINITY, chance, new double[] {10, 30, 100});

        // Margin .07: Q wanders to some V / .07 + .2 / (2 x .07) = 16 requests, .0008 of the run.
        assertThat(sla.queue.averageScore()).isGreaterThan(0.68 - 0.003);
        // Small for every fourth and big for the rest would be 77 J.
        assertThat(sla.state.servedJoules / sla.state.t).isBetween(60.0, 85.0);
    }

    @Property(tries = 100)
    void makesGoodForAnOutageOnceTheStrongModelIsBack(
            @ForAll @DoubleRange(min = 0.05, max = 0.85) double alpha,
            @ForAll @DoubleRange(min = 0.1, max = 0.15) double margin,
            @ForAll @DoubleRange(max = 4) double v,
            @ForAll @Size(2) List<@DoubleRange(max = 1) Double> shares,
            @ForAll @IntRange(min = 1, max = 100) int outage) {
        double[] scores = {alpha * shares.get(0), alpha * shares.get(1), alpha + margin};
        double[] joules = {1, 2, 10};
        Policy policy = with(Policy.stream(alpha), "v", v, "warmUpLabels", 2);
        double bound = Math.max(v / scores[2] + alpha, v / margin) + ROUNDING;
        var sla = new TestSla(policy, "small", "middle", "strong");
        int down = 500;
        int up = down + outage;
        // Every request of the outage may have to be made good for by alpha / margin of them.
        int end = up + (int) Math.ceil((bound + outage * alpha) / margin);

        double before = 0;
        for (int t = 0; t < end; t++) {
            sla.nowMillis = t;
            if (t == down) {
                before = sla.queue.q;
                sla.algorithm.leaveAlone("strong", up);
            }
            PendingRequest request = sla.play("r" + t, scores, joules);
            if (t >= down && t < up) {
                assertThat(request.models).doesNotContain("strong");
                double owed = before + (t - down + 1) * alpha;
                assertThat(sla.queue.q).isLessThanOrEqualTo(owed + ROUNDING);
            }
        }

        assertThat(sla.model("strong").failures).isZero();
        assertThat(sla.queue.q).isLessThanOrEqualTo(bound);
        assertThat(sla.queue.averageScore()).isGreaterThanOrEqualTo(alpha - bound / end);
    }

    private static double[] scores(double best, List<Double> others) {
        return DoubleStream.concat(
                        DoubleStream.of(best),
                        others.stream().mapToDouble(other -> Math.min(1, other)))
                .toArray();
    }

    private static double[] joules(List<Double> costs) {
        return costs.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * Plays requests one after the other.
     *
     * @return the served scores from the first exploit step on; Q is checked from there
     */
    private static List<Double> run(
            TestSla sla,
            int requests,
            double bound,
            IntFunction<double[]> scores,
            double[] joules) {
        List<Double> served = new ArrayList<>();
        double highest = 0;
        for (int t = 0; t < requests; t++) {
            PendingRequest request = sla.play("r" + t, scores.apply(t), joules);
            if (request.mode == Mode.EXPLOIT || !served.isEmpty()) {
                served.add(request.scores[request.served]);
                assertThat(sla.queue.q).isLessThanOrEqualTo(Math.max(bound, highest));
            } else {
                highest = sla.queue.q + ROUNDING;
            }
            assertThat(sla.queue.inFlight).isZero();
        }
        return served;
    }

    /** The largest shortfall, in requests, of any {@code length} successive scores or fewer. */
    private static double worstShortfall(List<Double> scores, double alpha, int length) {
        double[] sums = new double[scores.size() + 1];
        double worst = 0;
        for (int end = 1; end <= scores.size(); end++) {
            sums[end] = sums[end - 1] + alpha - scores.get(end - 1);
            for (int begin = Math.max(0, end - length); begin < end; begin++) {
                worst = Math.max(worst, sums[end] - sums[begin]);
            }
        }
        return worst;
    }
}
