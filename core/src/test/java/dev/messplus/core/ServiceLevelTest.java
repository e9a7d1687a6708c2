package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the promise is worth.
 *
 * <p>Where every model's score is constant and nothing is in flight, its last label is an exact
 * prediction. Let the model that is surest to be accurate be A_sure, and the measure of energy, so
 * that its own is 1. An exploit step that serves a model of A &lt; alpha although that one is there
 * has V E + Q (alpha - A) &lt;= V + Q (alpha - A_sure), so Q &lt;= V / (A_sure - A), and leaves Q +
 * alpha - A behind: at most max(V / A_sure + alpha, V / (A_sure - alpha)), for V / (A_sure - A) +
 * alpha - A is convex in A. Explored requests are served by the best and do not raise Q. And
 * because Q(t) - Q(s) is at least the shortfall of the requests from s to t, no stretch of the run
 * is further behind than that.
 *
 * <p>After a million labels the surest is the best, or less than .447 / 1,000 behind it. Before, a
 * model that was asked often may be surer than a better one that was hardly asked, and the bound is
 * what that one is worth.
 */
class ServiceLevelTest {

    private static final double ROUNDING = 1e-5;
    private static final long LABELS = 1_000_000;

    /** How far the surest model may be behind the best after so many labels. */
    private static final double UNSURE = Math.sqrt(0.2 / LABELS);

    @Property(tries = 300)
    void keepsTheDeficitWithinVOverTheMargin(
            @ForAll @DoubleRange(min = 0.05, max = 0.85) double alpha,
            @ForAll @DoubleRange(min = 0.02, max = 0.15) double margin,
            @ForAll @DoubleRange(max = 4) double v,
            @ForAll @Size(3) List<@DoubleRange(max = 1) Double> others,
            @ForAll @Size(4) List<@DoubleRange(min = 0.01, max = 50) Double> costs) {
        double[] scores = scores(alpha + margin, others);
        double best = DoubleStream.of(scores).max().orElseThrow();
        Settings policy = Settings.bare(alpha).v(v);
        double bound = bound(v, best - UNSURE, alpha);
        TestSla sla = known(new TestSla(policy, "a", "b", "c", "d"), scores, joules(costs));

        List<Double> served = run(sla, 1_500, bound, t -> scores, joules(costs));

        double average = sla.queue.averageScore();
        assertThat(average).isGreaterThanOrEqualTo(alpha - bound / sla.state.t);
        assertThat(worstShortfall(served, alpha, served.size())).isLessThanOrEqualTo(bound);
    }

    @Property(tries = 200)
    void takesAFifthOfWhatTheOwnerToleratesInEveryWindow(
            @ForAll @DoubleRange(min = 0.05, max = 0.85) double alpha,
            @ForAll @DoubleRange(min = 0.03, max = 0.15) double margin,
            @ForAll @IntRange(min = 64, max = 500) int window,
            @ForAll @DoubleRange(max = 0.05) double tolerance,
            @ForAll @Size(3) List<@DoubleRange(max = 1) Double> others,
            @ForAll @Size(4) List<@DoubleRange(min = 0.01, max = 50) Double> costs) {
        double[] scores = scores(alpha + margin, others);
        Settings policy = Settings.bare(alpha).window(window).tolerance(tolerance);
        var fresh = new TestSla(policy, "a", "b", "c", "d");
        TestSla sla = known(fresh, scores, joules(costs));
        // V / (A - alpha) is a fifth of what is tolerated, and V / A is less.
        double bound = 0.2 * window * tolerance + alpha + ROUNDING;

        List<Double> served = run(sla, 1_500, bound, t -> scores, joules(costs));

        assertThat(worstShortfall(served, alpha, window)).isLessThanOrEqualTo(bound);
    }

    @Test
    void climbsToItsBoundWhenAlmostGoodEnoughIsAlmostFree() {
        // Small misses alpha by .01: Q climbs to V (1 - .01) / (.8 - .59) = 9.43, where big takes
        // over, pays .2 back, and so on. The bound is 2 / .2.
        Settings policy = Settings.bare(0.6).v(2).explorationRate(0.02);
        double[] scores = {0.59, 0.8};
        double[] joules = {0.01, 1};
        TestSla sla = known(new TestSla(policy, "small", "big"), scores, joules);
        run(sla, 2_000, 2 / 0.2, t -> scores, joules);
        assertThat(sla.queue.q).isBetween(9.43 - 0.21, 9.43 + 0.01);
    }

    @Test
    void paysForNoMoreQualityThanWasPromised() {
        // .6 is half way between .4 and .8, so half of the requests can do with 10 J: 55 J each.
        // V = 100 x .2 / 5 = 4: Q climbs to 4 x .9 / .4 = 9 and what one request adds.
        var fresh = new TestSla(Settings.bare(0.6), "small", "big");
        double[] scores = {0.4, 0.8};
        double[] joules = {10, 100};
        TestSla sla = known(fresh, scores, joules);
        run(sla, 50_000, 9.2 + ROUNDING, t -> scores, joules);
        // Exploring serves 1.5 c T^(2/3) requests with the best model: 2% of them, .4% of quality.
        assertThat(sla.queue.averageScore()).isBetween(0.6 - 9.2 / 50_000, 0.601);
        assertThat(sla.state.servedJoules / sla.state.t).isBetween(54.0, 56.0);
    }

    /**
     * A promise of .68 takes middle for 47% of requests and big for the rest, 67 J. Labels of
     * 20,000 requests are .47 / sqrt(20,000) = .0033 off their rates, which is worth 1.6 J; three
     * times that, and 1.2 J for a credit of 50 requests, make 73 J. V = 20 x .07 = 1.4, so Q may
     * wander to 1.4 / .07 = 20 requests, .001 of the run.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 1", "0, 2", "0, 3", "0, 4", "0, 5", "64, 1", "64, 2", "64, 3", "64, 4", "64, 5"
    })
    void keepsThePromiseWhenScoresAreChance(int inFlight, long seed) {
        var random = new SplittableRandom(seed);
        double[] rates = {0.5, 0.6, 0.75};
        double[] joules = {10, 30, 100};
        var sla = new TestSla(Settings.stream(0.68), "small", "middle", "big");
        var flying = new ArrayDeque<PendingRequest>();

        for (int t = 0; t < 20_000 + inFlight; t++) {
            flying.add(sla.request("r" + t));
            if (flying.size() > inFlight) {
                double[] scores = new double[rates.length];
                for (int m = 0; m < rates.length; m++) {
                    scores[m] = random.nextDouble() < rates[m] ? 1 : 0;
                }
                tell(sla, flying.remove(), scores, joules);
            }
        }

        assertThat(sla.queue.labelled).isEqualTo(20_000);
        assertThat(sla.queue.averageScore()).isBetween(0.68 - 0.001, 0.68 + 0.003);
        assertThat(sla.queue.maxDeficit).isLessThan(20);
        assertThat(sla.state.servedJoules / 20_000).isBetween(62.0, 73.0);
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
        Settings policy = Settings.bare(alpha).v(v);
        double bound = bound(v, scores[2] - UNSURE, alpha);
        var fresh = new TestSla(policy, "small", "middle", "strong");
        TestSla sla = known(fresh, scores, joules);
        int down = 500;
        int up = down + outage;
        // Every request of the outage may have to be made good for by alpha / margin of them.
        int end = up + (int) Math.ceil((bound + outage * alpha) / margin);

        double before = 0;
        for (int t = 0; t < end; t++) {
            sla.nowMillis = t;
            if (t == down) {
                before = sla.queue.q;
                sla.algorithm.markUnavailable("strong", up);
            }
            PendingRequest request = sla.play("r" + t, scores, joules);
            if (t >= down && t < up) {
                assertThat(request.models()).doesNotContain("strong");
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

    private static double bound(double v, double surest, double alpha) {
        return Math.max(v / surest + alpha, v / (surest - alpha)) + ROUNDING;
    }

    /** After many labels, all alike. */
    private static TestSla known(TestSla sla, double[] scores, double[] joules) {
        sla.trained(1, scores, joules);
        for (String model : sla.zoo) {
            sla.model(model).accuracy.labels = LABELS;
        }
        return sla;
    }

    /**
     * Plays requests one after the other, with Q within bounds.
     *
     * @return the served scores
     */
    private static List<Double> run(
            TestSla sla,
            int requests,
            double bound,
            IntFunction<double[]> scores,
            double[] joules) {
        List<Double> served = new ArrayList<>();
        for (int t = 0; t < requests; t++) {
            PendingRequest request = sla.play("r" + t, scores.apply(t), joules);
            served.add(request.servedAnswer().score);
            assertThat(sla.queue.q).isLessThanOrEqualTo(bound);
            assertThat(sla.queue.inFlight).isZero();
        }
        return served;
    }

    /** Every model that was asked answers; the one that was chosen is served. */
    private static void tell(
            TestSla sla, PendingRequest request, double[] scores, double[] joules) {
        for (String model : request.models()) {
            int m = sla.zoo.indexOf(model);
            boolean serves = model.equals(request.models().get(0));
            sla.algorithm.observe(
                    request, Observation.answered(model, scores[m], joules[m], serves));
        }
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
