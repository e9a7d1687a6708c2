package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnergyEstimatorTest {

    private static final Offset<Double> ROUNDED = within(1e-6);
    private static final Offset<Double> CLOSE = within(1e-9);
    private static final double FORGETTING = 0.97;

    private final EnergyEstimator estimator = new EnergyEstimator();

    @Test
    void knowsOnlyThePriorBeforeTheFirstMeasurement() {
        assertThat(estimator.estimate(100, 64)).isNaN();
        assertThat(estimator.typicalJoules()).isNaN();
        estimator.priorJoules = 30;
        assertThat(estimator.estimate(100, 64)).isEqualTo(30);
        assertThat(estimator.typicalJoules()).isEqualTo(30);
        EnergyEstimators.observe(estimator, 100, 64, 50);
        assertThat(estimator.estimate(100, 64)).isEqualTo(50);
        assertThat(estimator.typicalJoules()).isEqualTo(50);
    }

    @Test
    void priorMayGrowWithThePrompt() {
        estimator.priorJoulesPerToken = 0.5;
        assertThat(estimator.estimate(40, 0)).isEqualTo(20);
        assertThat(estimator.typicalJoules()).isEqualTo(50); // of 100 tokens
        estimator.priorJoules = 30;
        assertThat(estimator.estimate(40, 0)).isEqualTo(50);
        estimator.priorJoulesPerToken = Double.NaN;
        assertThat(estimator.estimate(40, 0)).isEqualTo(30);
        estimator.priorJoulesPerToken = 0.5;
        EnergyEstimators.observe(estimator, 100, 0, 10);
        assertThat(estimator.estimate(40, 0)).isEqualTo(10);
        assertThat(estimator.typicalJoules()).isEqualTo(10);
    }

    @Test
    void priorMayGrowWithTheAnswerThatARequestAllows() {
        estimator.priorJoulesPerToken = 0.1;
        estimator.priorJoulesPerCompletionToken = 2;
        assertThat(estimator.estimate(40, 10)).isEqualTo(4 + 20);
        assertThat(estimator.estimate(40, 0)).isEqualTo(4 + 2 * 200);
        assertThat(estimator.estimate(40, 1_000_000)).isEqualTo(4 + 2 * 200);
        assertThat(estimator.typicalJoules()).isEqualTo(10 + 2 * 200);
        estimator.priorJoules = 1;
        assertThat(estimator.estimate(40, 10)).isEqualTo(1 + 4 + 20);
    }

    @Test
    void theOwnersMaximumHoldsForEveryRequest() {
        estimator.priorJoulesPerCompletionToken = 2;
        estimator.defaultMaxTokens = 50;
        estimator.maxTokensCeiling = 100;
        assertThat(estimator.estimate(1, 0)).isEqualTo(100);
        assertThat(estimator.estimate(1, 10)).isEqualTo(20);
        assertThat(estimator.estimate(1, 150)).isEqualTo(200);
        estimator.defaultMaxTokens = 0;
        assertThat(estimator.estimate(1, 0)).isEqualTo(200);

        EnergyEstimators.observe(estimator, 1, 10, 20);
        EnergyEstimators.observe(estimator, 1, 100, 200);
        assertThat(estimator.estimate(1, 1_000)).isEqualTo(estimator.estimate(1, 100));
        assertThat(estimator.estimate(1, 0)).isEqualTo(estimator.estimate(1, 100));
    }

    @Test
    void findsALineAndCountsWhatItCost() {
        int[] tokens = {40, 10, 300, 120, 75};
        for (int n : tokens) {
            EnergyEstimators.observe(estimator, n, 0, 5 + 0.2 * n);
        }
        assertThat(estimator.estimate(0, 0)).isCloseTo(5, CLOSE);
        assertThat(estimator.estimate(500, 0)).isCloseTo(105, CLOSE);
        assertThat(estimator.estimate(500, 64)).isCloseTo(105, CLOSE); // nothing known of maxima
        assertThat(estimator.measurements).isEqualTo(5);
        assertThat(estimator.totalJoules).isCloseTo(5 * 5 + 0.2 * 545, CLOSE);
    }

    @Test
    void extendsALineByFiveDeviationsAndNoFarther() {
        EnergyEstimators.observe(estimator, 10, 0, 10);
        EnergyEstimators.observe(estimator, 20, 0, 30);
        // Weights .97 and 1: mean 15.076142 tokens and 20.152284 J, variance 24.994203
        double most = 20.152284 + 2 * 5 * Math.sqrt(24.994203);
        assertThat(estimator.estimate(40, 0)).isCloseTo(70, ROUNDED);
        assertThat(estimator.estimate(41, 0)).isCloseTo(most, ROUNDED);
        assertThat(estimator.estimate(4_000, 0)).isCloseTo(most, ROUNDED);
    }

    /** Prompts of a kind, whose joules have nothing to do with their length; then quite others. */
    @Test
    void whatIsNoiseInASlopeMakesNoPromptFreeAndNoneRuinous() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new SplittableRandom(seed);
            var noisy = new EnergyEstimator();
            for (int i = 0; i < 200; i++) {
                EnergyEstimators.observe(
                        noisy, 97 + random.nextInt(7), 0, 100 + 20 * random.nextGaussian());
            }
            assertThat(noisy.estimate(2_000, 0)).as("seed %d", seed).isBetween(60.0, 200.0);
            assertThat(noisy.estimate(10, 0)).as("seed %d", seed).isBetween(20.0, 150.0);
        }
    }

    @Test
    void findsAPlane() {
        int[][] lengths = {{40, 512}, {10, 64}, {300, 64}, {120, 256}, {75, 512}};
        for (int[] n : lengths) {
            EnergyEstimators.observe(estimator, n[0], n[1], 5 + 0.2 * n[0] + 0.5 * n[1]);
        }
        assertThat(estimator.estimate(10, 1_000)).isCloseTo(507, CLOSE);
        assertThat(estimator.estimate(500, 10)).isCloseTo(110, CLOSE);
        // The mean maximum, (.97^4 x 512 + .97^3 x 64 + .97^2 x 64 + .97 x 256 + 512) / 4.708866
        assertThat(estimator.estimate(10, 0)).isCloseTo(7 + 0.5 * 282.917085, ROUNDED);
    }

    @Test
    void weighsRecentMeasurementsMore() {
        EnergyEstimators.observe(estimator, 10, 0, 1);
        EnergyEstimators.observe(estimator, 20, 0, 3);
        EnergyEstimators.observe(estimator, 30, 0, 4);
        // Weights .9409, .97, 1: sum 2.9109; means 20.203030 and 2.697070;
        // variation 193.970009, covariation 28.997032, slope .149492;
        // 2.697070 + .149492 x (50 - 20.203030)
        assertThat(estimator.weight).isCloseTo(2.9109, CLOSE);
        assertThat(estimator.meanTokens).isCloseTo(20.203030, ROUNDED);
        assertThat(estimator.meanJoules).isCloseTo(2.697070, ROUNDED);
        assertThat(estimator.estimate(50, 0)).isCloseTo(7.151489, ROUNDED);
    }

    @Test
    void countsARequestWithoutAMaximumAsOneAtTheMeanOfTheOthers() {
        EnergyEstimators.observe(estimator, 10, 100, 8);
        EnergyEstimators.observe(estimator, 20, 300, 20);
        EnergyEstimators.observe(estimator, 30, 200, 18);
        EnergyEstimators.observe(estimator, 20, 0, 14);
        // Weights .912673, .9409, .97, 1: sums 3.823573 and, with a maximum, 2.823573;
        // means 20.149930, 200.999691 and 15.059052;
        // variations 188.181349 and 18532.908173, of both 912.099907;
        // covariations with joules 92.953257 and 1108.095690;
        // determinant 2655621.4; slopes .268111 and .046596
        assertThat(estimator.weight).isCloseTo(3.823573, CLOSE);
        assertThat(estimator.maxWeight).isCloseTo(2.823573, CLOSE);
        assertThat(estimator.maxMean).isCloseTo(200.999691, ROUNDED);
        // 15.059052 + .268111 x (50 - 20.149930) + .046596 x (400 - 200.999691)
        assertThat(estimator.estimate(50, 400)).isCloseTo(32.334711, ROUNDED);
        assertThat(estimator.estimate(50, 0)).isCloseTo(23.062171, ROUNDED);
    }

    /** One request: its lengths, what it cost, and the maximum that it counts as having. */
    private record Seen(int tokens, int max, double joules) {}

    @Property(tries = 500)
    void isTheLeastSquaresOfAllSlopesThatAreNotNegative(
            @ForAll @IntRange(min = 8, max = 60) int count,
            @ForAll @IntRange(max = 4) int withoutMaximum,
            @ForAll long seed) {
        var online = new EnergyEstimator();
        var random = new SplittableRandom(seed);
        double perToken = random.nextDouble(-1, 1);
        double perMax = random.nextDouble(-1, 1);
        List<Seen> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int tokens = random.nextInt(1, 500);
            int max = random.nextInt(4) < withoutMaximum ? 0 : maximum(random);
            double joules = 1_000 + perToken * tokens + perMax * max + random.nextDouble(-99, 99);
            all.add(new Seen(tokens, max, joules));
            EnergyEstimators.observe(online, tokens, max, joules);
        }
        int tokens = random.nextInt(1, 500);
        int max = maximum(random);
        assertThat(online.estimate(tokens, max)).isCloseTo(solve(all, tokens, max), ROUNDED);
    }

    /** None is so far beyond the others that it would not be taken at its word. */
    private static int maximum(SplittableRandom random) {
        return random.nextInt(100, 500);
    }

    /** The same from the sums over all requests, trying which slopes are 0. */
    private static double solve(List<Seen> all, int tokens, int max) {
        double weights = 0;
        double maxWeights = 0;
        double x = 0;
        double m = 0;
        double y = 0;
        for (int i = 0; i < all.size(); i++) {
            Seen seen = all.get(i);
            double w = Math.pow(FORGETTING, all.size() - 1 - i);
            weights += w;
            maxWeights += seen.max > 0 ? w : 0;
            x += w * seen.tokens;
            m += w * seen.max;
            y += w * seen.joules;
        }
        x /= weights;
        m = maxWeights > 0 ? m / maxWeights : max;
        y /= weights;
        double xx = 0;
        double mm = 0;
        double xm = 0;
        double xy = 0;
        double my = 0;
        for (int i = 0; i < all.size(); i++) {
            Seen seen = all.get(i);
            double w = Math.pow(FORGETTING, all.size() - 1 - i);
            double dx = seen.tokens - x;
            double dm = seen.max > 0 ? seen.max - m : 0;
            xx += w * dx * dx;
            mm += w * dm * dm;
            xm += w * dx * dm;
            xy += w * dx * (seen.joules - y);
            my += w * dm * (seen.joules - y);
        }
        double[][] slopes = {
            {0, 0},
            {xy / xx, 0},
            {0, mm > weights ? my / mm : 0},
            {(xy * mm - my * xm) / (xx * mm - xm * xm), (my * xx - xy * xm) / (xx * mm - xm * xm)}
        };
        double best = y;
        double explained = 0;
        for (int i = 0; i < slopes.length; i++) {
            double b = slopes[i][0];
            double g = slopes[i][1];
            boolean apart = xx * mm - xm * xm > 0.1 * xx * mm && mm > weights;
            double explains = 2 * (b * xy + g * my) - b * b * xx - 2 * b * g * xm - g * g * mm;
            if (b >= 0 && g >= 0 && (i < 3 || apart) && explains > explained) {
                explained = explains;
                best = y + b * near(tokens - x, xx / weights) + g * near(max - m, mm / maxWeights);
            }
        }
        return Math.max(0, best);
    }

    private static double near(double deviation, double variance) {
        double most = 5 * Math.sqrt(variance);
        return Math.abs(deviation) > most ? Math.copySign(most, deviation) : deviation;
    }

    @ParameterizedTest
    @ValueSource(doubles = {17, 1 / 17.0, 5, 1 / 5.0})
    void followsWhatBatchingDoesToTheJoulesOfAToken(double factor) {
        for (long seed = 0; seed < 50; seed++) {
            var random = new SplittableRandom(seed);
            var noisy = new EnergyEstimator();
            serve(noisy, 300, 1, random);
            assertThat(meanError(noisy, 1, random)).as("before").isLessThan(0.15);
            serve(noisy, 200, factor, random);
            // At forgetting .98 it is 28% after the fall to a seventeenth, even without noise.
            assertThat(meanError(noisy, factor, random)).as("after").isLessThan(0.15);
        }
    }

    /** Measures answers that take some 20% more or less than lengths say. */
    private static void serve(
            EnergyEstimator estimator, int requests, double factor, SplittableRandom random) {
        for (int i = 0; i < requests; i++) {
            int tokens = random.nextInt(50, 500);
            int max = random.nextInt(32, 512);
            double noise = Math.exp(0.2 * random.nextGaussian() - 0.02);
            EnergyEstimators.observe(estimator, tokens, max, noise * joules(tokens, max, factor));
        }
    }

    private static double joules(int tokens, int max, double factor) {
        return factor * (20 + 0.1 * tokens + 0.4 * max);
    }

    /** Relative, over requests that were not measured. */
    private static double meanError(
            EnergyEstimator estimator, double factor, SplittableRandom random) {
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            int tokens = random.nextInt(50, 500);
            int max = random.nextInt(32, 512);
            double truth = joules(tokens, max, factor);
            sum += Math.abs(estimator.estimate(tokens, max) - truth) / truth;
        }
        return sum / 100;
    }

    @Test
    void saysHowFarOffItWas() {
        assertThat(estimator.meanAbsoluteError()).isNaN();
        assertThat(estimator.relativeError()).isNaN();
        EnergyEstimators.observe(estimator, 100, 0, 10); // nothing was foreseen
        assertThat(estimator.meanAbsoluteError()).isNaN();
        assertThat(estimator.relativeError()).isNaN();
        EnergyEstimators.observe(estimator, 100, 0, 20); // 10
        assertThat(estimator.meanAbsoluteError()).isCloseTo(10, CLOSE);
        EnergyEstimators.observe(estimator, 100, 0, 15); // (.97 x 10 + 20) / 1.97 = 15.076142
        assertThat(estimator.meanAbsoluteError()).isCloseTo((9.7 + 0.076142) / 1.97, ROUNDED);
        // Over (.9409 x 10 + .97 x 20 + 15) / 2.9109 = 15.049985
        assertThat(estimator.relativeError()).isCloseTo(4.962509 / 15.049985, ROUNDED);
    }

    @Test
    void priorIsAnEstimateToo() {
        estimator.priorJoules = 30;
        EnergyEstimators.observe(estimator, 100, 0, 10);
        assertThat(estimator.meanAbsoluteError()).isEqualTo(20);
        assertThat(estimator.relativeError()).isEqualTo(2);
    }

    @Test
    void fallsBackToTheMeanWhenLengthsDoNotVary() {
        EnergyEstimators.observe(estimator, 100, 64, 10);
        EnergyEstimators.observe(estimator, 100, 64, 20);
        // 10 + 10 / (.97 + 1)
        assertThat(estimator.estimate(7, 0)).isCloseTo(15.076142, ROUNDED);
        assertThat(estimator.estimate(5_000, 4_096)).isCloseTo(15.076142, ROUNDED);
    }

    @Test
    void doesNotTakeRoundingForVariation() {
        // A few lengths at first, then thousands of requests of one length.
        staysNearTheMean(i -> i < 10 ? 90 + 7 * i : 101, i -> 0);
        staysNearTheMean(i -> 101, i -> i < 10 ? 90 + 7 * i : 4_096);
        staysNearTheMean(i -> i < 10 ? 90 + 7 * i : 101, i -> i < 10 ? 100 << i : 1 << 20);
    }

    private static void staysNearTheMean(IntUnaryOperator tokens, IntUnaryOperator max) {
        var random = new SplittableRandom(1);
        var steady = new EnergyEstimator();
        for (int i = 0; i < 20_000; i++) {
            EnergyEstimators.observe(
                    steady, tokens.applyAsInt(i), max.applyAsInt(i), 9 + 2 * random.nextDouble());
            if (i > 1_000) {
                assertThat(steady.estimate(300, 300)).isBetween(9.0, 11.0);
                assertThat(steady.estimate(300, 0)).isBetween(9.0, 11.0);
            }
        }
    }

    @Test
    void doesNotTellApartWhatGrowsTogether() {
        followsTheLine(n -> 4_096);
        followsTheLine(n -> n);
        followsTheLine(n -> 2 * n + 1);
        followsTheLine(n -> (int) Math.rint(1.3 * n)); // rounded: not quite proportional
    }

    private static void followsTheLine(IntUnaryOperator maximum) {
        var random = new SplittableRandom(1);
        var bound = new EnergyEstimator();
        for (int i = 0; i < 20_000; i++) {
            int tokens = random.nextInt(50, 500);
            double joules = 10 + 0.1 * tokens + random.nextDouble(-1, 1);
            EnergyEstimators.observe(bound, tokens, maximum.applyAsInt(tokens), joules);
            if (i > 100) {
                assertThat(bound.estimate(500, maximum.applyAsInt(500))).isBetween(59.0, 61.0);
                assertThat(bound.estimate(50, maximum.applyAsInt(50))).isBetween(14.0, 16.0);
            }
        }
    }

    @Test
    void forgetsAMaximumThatNobodySetsAnyMore() {
        for (int i = 0; i < 100; i++) {
            EnergyEstimators.observe(estimator, 100, 100 + i % 10, 10 + i % 10);
        }
        assertThat(estimator.estimate(100, 115)).isCloseTo(25, ROUNDED);
        for (int i = 0; i < 100_000; i++) {
            EnergyEstimators.observe(estimator, 100, 0, 10);
        }
        assertThat(estimator.estimate(100, 115)).isCloseTo(10, ROUNDED);
        EnergyEstimators.observe(estimator, 100, 300, 10);
        assertThat(estimator.maxMean).isCloseTo(300, CLOSE);
        assertThat(estimator.estimate(100, 115)).isCloseTo(10, ROUNDED);
    }

    @Test
    void aMaximumBeyondAnyAnswerNeitherCostsAFortuneNorTiltsTheLine() {
        for (int i = 0; i < 500; i++) {
            int max = 50 + 10 * (i % 50);
            EnergyEstimators.observe(estimator, 100, max, 1 + 0.25 * max);
        }
        assertThat(estimator.estimate(100, Integer.MAX_VALUE)).isLessThan(1_000);
        EnergyEstimators.observe(estimator, 100, Integer.MAX_VALUE, 130);
        for (int i = 0; i < 200; i++) {
            int max = 50 + 10 * (i % 50);
            EnergyEstimators.observe(estimator, 100, max, 1 + 0.25 * max);
        }
        assertThat(estimator.estimate(100, 500)).isCloseTo(126, within(15.0));
    }

    @Test
    void isNeverNegativeAndNeverFallsWithLength() {
        EnergyEstimators.observe(estimator, 100, 0, 150);
        EnergyEstimators.observe(estimator, 200, 0, 350);
        assertThat(estimator.estimate(10, 0)).isZero(); // 2 x 10 - 50 = -30

        var falling = new EnergyEstimator();
        EnergyEstimators.observe(falling, 100, 200, 30);
        EnergyEstimators.observe(falling, 200, 400, 10);
        assertThat(falling.estimate(50, 50)).isEqualTo(falling.meanJoules);
        assertThat(falling.estimate(500, 500)).isEqualTo(falling.meanJoules);
    }

    /** Half of the requests set a maximum; none of those is far beyond the others. */
    @Property(tries = 50)
    void sumsOfLaterMeasurementsTellAsMuchAsTheMeasurements(
            @ForAll @IntRange(max = 50) int before, @ForAll @IntRange(max = 100) int later) {
        var random = new SplittableRandom(before * 101L + later);
        var whole = new EnergyEstimator();
        var first = new EnergyEstimator();
        var sums = new EnergyEstimator();
        for (int i = 0; i < before + later; i++) {
            int tokens = random.nextInt(10, 500);
            int max = random.nextBoolean() ? random.nextInt(50, 100) : 0;
            double joules = random.nextDouble(1, 100) + tokens + 2 * max;
            EnergyEstimators.observe(whole, tokens, max, joules);
            if (i < before) {
                EnergyEstimators.observe(first, tokens, max, joules);
            } else {
                learn(sums, tokens, max, joules);
            }
        }
        first.observe(sums);

        assertThat(first)
                .usingRecursiveComparison()
                .ignoringFields("errorWeight", "errorSum")
                .withComparatorForType(EnergyEstimatorTest::roughly, Double.class)
                .isEqualTo(whole);
    }

    @Test
    void measurementsOfSeveralShardsWeighAsMuchAsIfTheyHadComeInTurn() {
        var cheap = new EnergyEstimator();
        var expensive = new EnergyEstimator();
        for (int i = 0; i < 1_000; i++) {
            learn(cheap, 100, 10, 1);
            learn(expensive, 300, 30, 3);
        }
        cheap.interleave(expensive);
        assertThat(cheap.measurements).isEqualTo(2_000);
        assertThat(cheap.totalJoules).isEqualTo(4_000);
        assertThat(cheap.weight).isCloseTo(1 / (1 - FORGETTING), ROUNDED);
        assertThat(cheap.maxWeight).isCloseTo(1 / (1 - FORGETTING), ROUNDED);
        // Neither is forgotten for the other, and the slope lies between them.
        assertThat(cheap.meanJoules).isCloseTo(2, CLOSE);
        assertThat(cheap.estimate(300, 30)).isCloseTo(3, CLOSE);
        cheap.interleave(new EnergyEstimator());
        assertThat(cheap.measurements).isEqualTo(2_000);
        assertThat(cheap.weight).isCloseTo(1 / (1 - FORGETTING), ROUNDED);
    }

    /** Measurements elsewhere say nothing of the estimates here. */
    @Test
    void sumsOfOthersDoNotJudgeItsEstimates() {
        EnergyEstimators.observe(estimator, 100, 0, 10);
        EnergyEstimators.observe(estimator, 100, 0, 12);
        double error = estimator.meanAbsoluteError();
        var sums = new EnergyEstimator();
        learn(sums, 100, 0, 1_000);
        estimator.observe(sums);
        assertThat(estimator.meanAbsoluteError()).isEqualTo(error);
        estimator.observe(new EnergyEstimator());
        assertThat(estimator.measurements).isEqualTo(3);
    }

    /** Two measurements and one that came meanwhile: together they weigh as much as three. */
    @Test
    void interleavedMeasurementsWeighAsIfTheyHadComeInTurn() {
        EnergyEstimators.observe(estimator, 100, 10, 10, 2);
        EnergyEstimators.observe(estimator, 200, 20, 10);
        var other = new EnergyEstimator();
        EnergyEstimators.observe(other, 300, 40, 40, 8);

        estimator.interleave(other);

        // 1 + .97 + .9409 over (1 + .97) + 1
        double scale = 2.9109 / 2.97;
        assertThat(estimator.weight).isCloseTo(2.9109, CLOSE);
        assertThat(estimator.maxWeight).isCloseTo(2.9109, CLOSE);
        // (1.97 x 10 + 40) / 2.97
        assertThat(estimator.meanJoules).isCloseTo(59.7 / 2.97, CLOSE);
        // Of the two whose uncertainty is known.
        assertThat(estimator.uncertainJoules).isCloseTo(scale * 50, CLOSE);
        assertThat(estimator.uncertaintySum).isCloseTo(scale * 10, CLOSE);
        // Maxima .97 x 10, 20 and 40: their mean is 69.7 / 2.97, their squares sum to 2,097.
        double variation = 2_097 - 69.7 * 69.7 / 2.97;
        assertThat(estimator.maxVariation).isCloseTo(scale * variation, CLOSE);
        // With prompts of 100, 200 and 300 tokens, whose sum is 597.
        double covariation = 0.97 * 1_000 + 4_000 + 12_000 - 69.7 * 597 / 2.97;
        assertThat(estimator.maxTokenCovariation).isCloseTo(scale * covariation, CLOSE);
    }

    @Test
    void aMeasurementWeighsByItsOwnVarianceAndThatOfTheEstimates() {
        estimator.errorSum = 6;
        estimator.errorWeight = 3;
        // pi / 2 x 2^2, over itself and (4 / 2)^2
        assertThat(estimator.weightOf(new MeasuredEnergy(10, 4, false)))
                .isCloseTo(2 * Math.PI / (2 * Math.PI + 4), CLOSE);
        estimator.errorSum = 0;
        assertThat(estimator.weightOf(new MeasuredEnergy(10, 0, false))).isOne();
    }

    @Test
    void anErrorRelativeToNoJoulesIsUnknown() {
        EnergyEstimators.observe(estimator, 100, 0, 0);
        estimator.errorSum = 6;
        estimator.errorWeight = 3;
        assertThat(estimator.relativeError()).isNaN();
    }

    @Test
    void anUncertainMeasurementWeighsLessThanACertainOne() {
        for (int i = 0; i < 1_000; i++) {
            // A mean absolute error of 10 J.
            EnergyEstimators.observe(estimator, 100, 0, i % 2 == 0 ? 90 : 110, 0);
        }
        double mean = estimator.meanJoules;
        double weight = estimator.weight;
        EnergyEstimators.observe(estimator, 100, 0, 1_000, 1_000);
        assertThat(estimator.meanJoules - mean).isBetween(0.0, 3.0);
        assertThat(estimator.weight).isBetween(FORGETTING * weight, FORGETTING * weight + 0.06);
        EnergyEstimators.observe(estimator, 100, 0, 1_000, 0);
        assertThat(estimator.meanJoules - mean).isGreaterThan(20);
    }

    @Test
    void tellsTheUncertaintyOfItsMeasurements() {
        assertThat(estimator.relativeUncertainty()).isNaN();
        EnergyEstimators.observe(estimator, 100, 0, 50, 5);
        assertThat(estimator.relativeUncertainty()).isEqualTo(0.1);
        // One without says nothing.
        EnergyEstimators.observe(estimator, 100, 0, 50);
        assertThat(estimator.relativeUncertainty()).isEqualTo(0.1);
        EnergyEstimators.observe(estimator, 100, 0, 100, 30);
        assertThat(estimator.relativeUncertainty())
                .isCloseTo((5 * FORGETTING + 30) / (50 * FORGETTING + 100), ROUNDED);
    }

    private static int roughly(double one, double other) {
        return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other))
                        || Double.isNaN(one) && Double.isNaN(other)
                ? 0
                : Double.compare(one, other);
    }

    /** As one of sums that others learn from. */
    private static void learn(EnergyEstimator sums, int tokens, int max, double joules) {
        sums.learn(new Prompt(null, tokens, max), MeasuredEnergy.of(joules), 1);
    }
}
