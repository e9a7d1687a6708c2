package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class AnswerLengthsTest {

    private static final double FORGETTING = 0.998;
    private static final Offset<Double> ROUNDED = within(1e-9);

    /** So many answers that neither the prior nor forgetting within them matters. */
    private static final double MANY = 1e6;

    private final AnswerLengths lengths = new AnswerLengths();

    private record Observed(double tokens, boolean censored) {}

    private void ended(double tokens) {
        lengths.add(tokens, false, 1);
    }

    private void censored(double tokens) {
        lengths.add(tokens, true, 1);
    }

    /** Adds observations of great weight whose forgetting is undone. */
    private void exactly(double tokens, boolean censored, double number) {
        lengths.scale(1 / FORGETTING);
        lengths.add(tokens, censored, number * MANY);
    }

    @Test
    void assumesTypicalAnswersBeforeTheFirst() {
        assertThat(lengths.weight()).isZero();
        assertThat(lengths.mean(0)).isCloseTo(200, Percentage.withPercentage(3));
        assertThat(lengths.quantile(0.5, 0)).isCloseTo(127.3, within(5.0));
        assertThat(lengths.quantile(0.99, 0)).isCloseTo(1267, within(60.0));
        assertThat(lengths.mean(1)).isCloseTo(1, ROUNDED);
        assertThat(lengths.mean(10)).isBetween(9.9, 10.0);
        assertThat(lengths.quantile(0.99, 10)).isEqualTo(10);
    }

    /**
     * Ten answers: four end at 8 tokens; of the other six two are censored at 16; of the four left
     * three end at 32 and one at 64. P(N > 8) is .6 and P(N > 32) is .6 (1 - 3 / 4) = .15.
     */
    @Test
    void agreesWithAKaplanMeierEstimateByHand() {
        exactly(8, false, 4);
        exactly(16, true, 2);
        exactly(32, false, 3);
        exactly(64, false, 1);
        assertThat(lengths.weight()).isCloseTo(10 * MANY, within(1.0));
        Offset<Double> small = within(1e-3);
        assertThat(lengths.mean(0)).isCloseTo(0.4 * 8 + 0.45 * 32 + 0.15 * 64, small);
        assertThat(lengths.mean(32)).isCloseTo(0.4 * 8 + 0.6 * 32, small);
        assertThat(lengths.mean(16)).isCloseTo(0.4 * 8 + 0.6 * 16, small);
        // 8 is in the bin from 6 to 8, 32 in that from 23 to 32, and 64 in that from 45 to 64.
        assertThat(lengths.quantile(0.2, 0)).isCloseTo(7, small);
        assertThat(lengths.quantile(0.399, 0)).isCloseTo(7.995, small);
        assertThat(lengths.quantile(0.625, 0)).isCloseTo(27.5, small);
        assertThat(lengths.quantile(0.849, 0)).isCloseTo(31.98, small);
        assertThat(lengths.quantile(0.925, 0)).isCloseTo(54.5, small);
        assertThat(lengths.quantile(0.925, 50)).isEqualTo(50);
    }

    @Test
    void knowsTheMeanOfEqualAnswersExactly() {
        for (int tokens : new int[] {1, 2, 5, 12, 100, 5_000}) {
            var equal = new AnswerLengths();
            equal.add(tokens, false, MANY);
            assertThat(equal.mean(0)).isCloseTo(tokens, within(0.001 * tokens));
            assertThat(equal.mean(tokens)).isCloseTo(tokens, within(0.2 * tokens));
        }
    }

    @Test
    void anAnswerCensoredInsideABinCountsThereForTheShareOfItThatItLasted() {
        exactly(32, false, 1);
        exactly(29, true, 3); // 6 of 9 tokens of the bin from 23 to 32
        exactly(64, false, 1);
        // At risk in that bin: 1 that ends, 2 of the 3, and 1 that is longer.
        assertThat(lengths.mean(0)).isCloseTo(0.25 * 32 + 0.75 * 64, within(1e-3));
    }

    @Test
    void beyondTheLastCensoredAnswerThePriorDecides() {
        for (int i = 0; i < 100; i++) {
            censored(4096);
        }
        assertThat(lengths.mean(0)).isBetween(1.8 * 4096, 2.2 * 4096);
        assertThat(lengths.mean(4096)).isBetween(0.99 * 4096, 4096.0);
        assertThat(lengths.quantile(0.5, 0)).isBetween(4096.0, 2.0 * 4096);
        assertThat(lengths.quantile(0.999, 0)).isLessThanOrEqualTo(AnswerLengths.MAX_TOKENS);
    }

    @Test
    void boundsWhatIsTooLong() {
        exactly(1e9, false, 1);
        assertThat(lengths.mean(0)).isCloseTo(AnswerLengths.MAX_TOKENS, within(1.0));
        assertThat(lengths.quantile(0.9, 0)).isLessThanOrEqualTo(AnswerLengths.MAX_TOKENS);
        assertThat(lengths.quantile(0.9, 1e9)).isLessThanOrEqualTo(AnswerLengths.MAX_TOKENS);
    }

    @Test
    void aCallGivenUpAtOnceSaysNothing() {
        censored(0);
        assertThat(lengths.weight()).isZero();
        assertThat(lengths.mean(0)).isCloseTo(new AnswerLengths().mean(0), ROUNDED);
    }

    @Test
    void anEmptyAnswerHasNoTokens() {
        exactly(0, false, 1);
        assertThat(lengths.mean(0)).isCloseTo(0, within(1e-3));
    }

    @Test
    void forgets() {
        for (int i = 0; i < 1_000; i++) {
            ended(1_000);
        }
        assertThat(lengths.weight()).isCloseTo(500 * (1 - Math.pow(FORGETTING, 1_000)), ROUNDED);
        for (int i = 0; i < 2_000; i++) {
            ended(10);
        }
        double old = Math.pow(FORGETTING, 2_000) * (1 - Math.pow(FORGETTING, 1_000));
        double expected = (old * 1_000 + (1 - Math.pow(FORGETTING, 2_000)) * 10) / (1 - 0.0025);
        assertThat(lengths.mean(0)).isCloseTo(expected, within(0.1));
        for (int i = 0; i < 1_000_000; i++) {
            ended(10);
        }
        assertThat(lengths.mean(0)).isCloseTo(10, within(0.01));
        assertThat(lengths.quantile(0.99, 0)).isLessThanOrEqualTo(11);
    }

    @Test
    void itsSizeIsFixed() {
        for (int i = 0; i < 100_000; i++) {
            lengths.add(i, i % 3 == 0, 1);
        }
        assertThat(lengths.ended).hasSize(34);
        assertThat(lengths.endedTokens).hasSize(34);
        assertThat(lengths.censored).hasSize(34);
    }

    @Property(tries = 200)
    void isTheExactEstimateUpToTheWidthOfABin(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 1_000) int scale,
            @ForAll @IntRange(min = 1, max = 3_000) int maxTokens) {
        var estimate = new AnswerLengths();
        var random = new SplittableRandom(seed);
        List<Observed> observed = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            double length = length(random, scale);
            double censoring = length(random, 2 * scale);
            var one = new Observed(Math.min(length, censoring), censoring < length);
            observed.add(one);
            estimate.scale(1 / FORGETTING);
            estimate.add(one.tokens, one.censored, 1);
        }
        double last = observed.stream().mapToDouble(Observed::tokens).max().orElseThrow();
        double known = Math.min(maxTokens, last);
        double exact = exactMean(observed, known);
        assertThat(estimate.mean(known)).isCloseTo(exact, within(0.06 * exact + 0.05));
        for (double share : new double[] {0.1, 0.5, 0.9}) {
            double length = exactQuantile(observed, share, known);
            assertThat(estimate.quantile(share, known))
                    .isBetween(length / 1.5 - 1, length * 1.5 + 1);
        }
    }

    @Property(tries = 50)
    void knowsTheMeanUpToTheMaximumThatCutAllAnswers(
            @ForAll long seed,
            @ForAll @IntRange(min = 10, max = 500) int scale,
            @ForAll @IntRange(min = 1, max = 2_000) int maxTokens) {
        var cut = new AnswerLengths();
        var random = new SplittableRandom(seed);
        double sum = 0;
        for (int i = 0; i < 2_000; i++) {
            double length = length(random, scale);
            cut.scale(1 / FORGETTING);
            cut.add(Math.min(length, maxTokens), length > maxTokens, 1);
            sum += Math.min(length, maxTokens);
        }
        double mean = sum / 2_000;
        assertThat(cut.mean(maxTokens)).isCloseTo(mean, within(0.05 * mean + 0.05));
    }

    @Property(tries = 100)
    void growsWithTheMaximumAndTheShare(
            @ForAll long seed,
            @ForAll @IntRange(max = 50) int number,
            @ForAll @DoubleRange(min = 0.01, max = 0.98) double share) {
        var some = new AnswerLengths();
        var random = new SplittableRandom(seed);
        for (int i = 0; i < number; i++) {
            some.add(length(random, 100), random.nextBoolean(), random.nextDouble(2));
        }
        double before = 0;
        for (int max = 1; max < 2_000; max++) {
            double mean = some.mean(max);
            assertThat(mean).isBetween(before - 1e-9, max + 1e-9);
            before = mean;
        }
        assertThat(some.mean(0)).isGreaterThanOrEqualTo(before - 1e-9);
        assertThat(some.quantile(share + 0.01, 0)).isGreaterThanOrEqualTo(some.quantile(share, 0));
        assertThat(some.quantile(share, 500)).isLessThanOrEqualTo(500);
    }

    @Property(tries = 50)
    void whatShardsSawAddsUp(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int number) {
        var random = new SplittableRandom(seed);
        var all = new AnswerLengths();
        var early = new AnswerLengths();
        var late = new AnswerLengths();
        for (int i = 0; i < 2 * number; i++) {
            double tokens = length(random, 100);
            boolean isCensored = random.nextBoolean();
            all.add(tokens, isCensored, 1);
            (i < number ? early : late).add(tokens, isCensored, 1);
        }
        var plain = new AnswerLengths();
        plain.add(late);
        plain.add(early);
        // Weights differ by at most 5% for 25 answers, and so do the shares that are longer.
        double moved = 1 - Math.pow(FORGETTING, number);
        assertThat(plain.weight()).isBetween(all.weight(), all.weight() / (1 - moved));
        assertThat(plain.mean(200)).isCloseTo(all.mean(200), within(200 * moved));
        early.scale(Math.pow(FORGETTING, number));
        early.add(late);
        assertThat(early.weight()).isCloseTo(all.weight(), ROUNDED);
        // Where all of the longest were cut, next to nothing says what lies beyond: rounding
        // counts.
        assertThat(early.mean(0)).isCloseTo(all.mean(0), within(1e-3));
        assertThat(early.quantile(0.9, 0)).isCloseTo(all.quantile(0.9, 0), within(1e-6));
    }

    /** Whole tokens, exponential, which has a deviation as large as the mean. */
    private static double length(SplittableRandom random, double mean) {
        return 1 + Math.floor(-Math.log(1 - random.nextDouble()) * mean);
    }

    /** The area below the exact estimate of P(N > k), up to a maximum. */
    private static double exactMean(List<Observed> observed, double maxTokens) {
        double area = 0;
        double before = 0;
        double longer = 1;
        for (Step step : exact(observed)) {
            double tokens = Math.min(step.tokens, maxTokens);
            area += (tokens - before) * longer;
            before = tokens;
            longer = step.longer;
        }
        return area + (maxTokens - before) * longer;
    }

    private static double exactQuantile(List<Observed> observed, double share, double maxTokens) {
        for (Step step : exact(observed)) {
            if (step.longer <= 1 - share) {
                return Math.min(step.tokens, maxTokens);
            }
        }
        return maxTokens;
    }

    private record Step(double tokens, double longer) {}

    private static List<Step> exact(List<Observed> observed) {
        List<Observed> sorted = new ArrayList<>(observed);
        sorted.sort(Comparator.comparing(Observed::tokens).thenComparing(Observed::censored));
        List<Step> steps = new ArrayList<>();
        double longer = 1;
        for (int i = 0; i < sorted.size(); i++) {
            if (!sorted.get(i).censored) {
                longer *= 1 - 1.0 / (sorted.size() - i);
                steps.add(new Step(sorted.get(i).tokens, longer));
            }
        }
        return steps;
    }
}
