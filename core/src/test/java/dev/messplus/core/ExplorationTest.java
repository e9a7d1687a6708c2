package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.CharBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplorationTest {

    private static final int IDS = 100_000;

    /** Computed by a second implementation: a replay under a later release must draw the same. */
    @ParameterizedTest
    @CsvSource({
        "0,  '',    0.35598698630425907",
        "0,  r1,    0.1736187863664833",
        "7,  r1,    0.3683474805300744",
        "-1, größe, 0.14400775888060002",
    })
    void staysTheSameOverReleases(long seed, String id, double draw) {
        assertThat(Exploration.draw(seed, id)).isEqualTo(draw);
    }

    @Property
    void dependsOnNothingButSeedAndId(@ForAll long seed, @ForAll String id) {
        assertThat(Exploration.draw(seed, id))
                .isEqualTo(Exploration.draw(seed, CharBuffer.wrap(id)))
                .isGreaterThanOrEqualTo(0)
                .isLessThan(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE})
    void isUniformOverIdsThatDifferLittle(long seed) {
        int[] buckets = new int[100];
        for (int i = 0; i < IDS; i++) {
            buckets[(int) (100 * Exploration.draw(seed, "requests-0-" + i))]++;
        }
        double expected = IDS / 100.0;
        double chiSquare = 0;
        for (int count : buckets) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        // 99 degrees of freedom: mean 99, standard deviation 14.
        assertThat(chiSquare).isBetween(50.0, 160.0);
    }

    @Test
    void drawsOfOneIdUnderTwoSeedsAreUnrelated() {
        assertThat(correlation(0, 0, 1, 0)).isBetween(-0.013, 0.013);
        assertThat(correlation(5, 0, -5, 0)).isBetween(-0.013, 0.013);
    }

    @Test
    void drawsOfNeighbouringIdsAreUnrelated() {
        assertThat(correlation(0, 0, 0, 1)).isBetween(-0.013, 0.013);
        assertThat(correlation(0, 0, 0, 10)).isBetween(-0.013, 0.013);
    }

    /** Of two sequences of draws; 4 standard errors of it are 0.013. */
    private static double correlation(long seed, int from, long otherSeed, int otherFrom) {
        double sum = 0;
        for (int i = 0; i < IDS; i++) {
            double draw = Exploration.draw(seed, "r" + (from + i)) - 0.5;
            sum += draw * (Exploration.draw(otherSeed, "r" + (otherFrom + i)) - 0.5);
        }
        return sum / IDS * 12;
    }
}
