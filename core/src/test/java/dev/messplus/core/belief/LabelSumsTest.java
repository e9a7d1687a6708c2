package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LabelSumsTest {

    private static final int GROUPS = Priors.MAX_LABEL_GROUPS;

    private final LabelSums sums = new LabelSums();

    @Test
    void keepsTheFirstLabelsOneByOne() {
        for (int i = 0; i < GROUPS; i++) {
            sums.add(new float[] {7, -7}, i % 2);
        }
        assertThat(sums.rows).isEqualTo(GROUPS);
        for (int row = 0; row < GROUPS; row++) {
            assertThat(sums.counts[row]).isOne();
            assertThat(sums.scores[row]).isEqualTo(row % 2);
            assertThat(sums.featuresOf(row)).containsExactly(7, -7);
        }
    }

    /** The mean of 10 and 14 is 12, with 15 it is 13; that of 20 and 18 is 19. */
    @Test
    void addsLaterLabelsToTheGroupOfTheNearestPrompts() {
        for (int i = 1; i <= GROUPS; i++) {
            sums.add(new float[] {10 * i}, 1);
        }
        sums.add(new float[] {14}, 0.5);
        assertThat(sums.featuresOf(0)).containsExactly(12);
        sums.add(new float[] {15}, 0.25);
        assertThat(sums.featuresOf(0)).containsExactly(13);
        sums.add(new float[] {18}, 0);
        assertThat(sums.featuresOf(1)).containsExactly(19);
        assertThat(sums.rows).isEqualTo(GROUPS);
        assertThat(sums.counts).startsWith(3, 2, 1);
        assertThat(sums.scores).startsWith(1.75, 1, 1);
        assertThat(sums.labels).isEqualTo(GROUPS + 3);
        assertThat(sums.scoreSum).isEqualTo(GROUPS + 0.75);
    }

    /** However labels are told, and taken in by whom, none is lost, and none counts twice. */
    @Property(tries = 100)
    void isBoundedAndLosesNothing(
            @ForAll long seed,
            @ForAll @IntRange(max = 400) int labels,
            @ForAll @IntRange(min = 1, max = 4) int parts,
            @ForAll @IntRange(min = 1, max = 3) int dimensions) {
        var random = new Random(seed);
        LabelSums[] told = new LabelSums[parts];
        for (int part = 0; part < parts; part++) {
            told[part] = new LabelSums();
        }
        double[] totals = new double[2 + dimensions];
        double scoreSum = 0;
        for (int i = 0; i < labels; i++) {
            float[] x = random.nextInt(5) == 0 ? null : new float[dimensions];
            double score = random.nextDouble();
            scoreSum += score;
            if (x != null) {
                totals[0]++;
                totals[1] += score;
                for (int d = 0; d < dimensions; d++) {
                    x[d] = (float) random.nextGaussian();
                    totals[2 + d] += x[d];
                }
            }
            told[random.nextInt(parts)].add(x, score);
        }
        LabelSums all = new LabelSums();
        for (LabelSums part : told) {
            all.add(part);
        }
        assertThat(all.labels).isEqualTo(labels);
        assertThat(all.scoreSum).isCloseTo(scoreSum, within(1e-9));
        assertThat(all.rows).isEqualTo((int) Math.min(totals[0], GROUPS));
        assertThat(all.features.length).isLessThanOrEqualTo(2 * GROUPS * dimensions);
        assertThat(all.counts.length).isLessThanOrEqualTo(2 * GROUPS);
        assertThat(totals(all, dimensions)).containsExactly(totals, within(1e-2));
    }

    private static double[] totals(LabelSums sums, int dimensions) {
        double[] totals = new double[2 + dimensions];
        for (int row = 0; row < sums.rows; row++) {
            totals[0] += sums.counts[row];
            totals[1] += sums.scores[row];
            assertThat(sums.scores[row]).isBetween(0.0, (double) sums.counts[row]);
            for (int d = 0; d < dimensions; d++) {
                totals[2 + d] += sums.counts[row] * sums.featuresOf(row)[d];
            }
        }
        return totals;
    }

    /** A group of 3 that joins one of 1 is three fourths of it. */
    @Test
    void groupsOfOthersWeighWhatTheyAreOf() {
        for (int i = 0; i < GROUPS; i++) {
            sums.add(new float[] {100 * i}, 1);
        }
        LabelSums others = new LabelSums();
        // As a restored state has them: one group of three labels.
        others.labels = 3;
        others.scoreSum = 1;
        others.rows = 1;
        others.dimensions = 1;
        others.features = new float[] {-1_000};
        others.counts = new long[] {3};
        others.scores = new double[] {1};
        sums.add(others);
        assertThat(sums.featuresOf(0)).containsExactly(-750);
        assertThat(sums.counts[0]).isEqualTo(4);
        assertThat(sums.scores[0]).isEqualTo(2);
    }

    @Test
    void featuresThatAreNoNumbersTeachTheMeanAlone() {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            sums.add(new float[] {1, odd}, 0.5);
        }
        assertThat(sums.rows).isZero();
        for (int i = 0; i <= GROUPS; i++) {
            sums.add(new float[] {1}, 1);
        }
        sums.add(new float[] {Float.NaN}, 0);
        assertThat(sums.labels).isEqualTo(GROUPS + 4);
        assertThat(sums.featuresOf(0)).containsExactly(1);
        assertThat(sums.counts).startsWith(2, 1, 1);
    }
}
