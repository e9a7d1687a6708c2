package dev.messplus.score.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CommonSubsequenceTest {

    @Property
    void agreesWithDynamicProgramming(
            @ForAll("tokens") List<Integer> a, @ForAll("tokens") List<Integer> b) {
        assertThat(CommonSubsequence.length(a, b)).isEqualTo(textbook(a, b));
    }

    @Test
    void spansStripesOfRows() {
        List<Integer> up = IntStream.range(0, 1000).boxed().toList();
        List<Integer> odd = up.stream().filter(i -> i % 2 == 1).toList();
        assertThat(CommonSubsequence.length(up, up)).isEqualTo(1000);
        assertThat(CommonSubsequence.length(up, odd)).isEqualTo(500);
        assertThat(CommonSubsequence.length(odd, up)).isEqualTo(500);
        assertThat(CommonSubsequence.length(up, Collections.nCopies(1000, 7))).isEqualTo(1);
        assertThat(CommonSubsequence.length(up, List.of())).isZero();
    }

    /** Few distinct tokens, so that much matches, and enough of them to fill several words. */
    @Provide
    Arbitrary<List<Integer>> tokens() {
        return Arbitraries.integers().between(1, 5).list().ofMaxSize(200);
    }

    private static int textbook(List<Integer> a, List<Integer> b) {
        int[][] table = new int[a.size() + 1][b.size() + 1];
        for (int i = 0; i < a.size(); i++) {
            for (int j = 0; j < b.size(); j++) {
                table[i + 1][j + 1] =
                        a.get(i).equals(b.get(j))
                                ? table[i][j] + 1
                                : Math.max(table[i][j + 1], table[i + 1][j]);
            }
        }
        return table[a.size()][b.size()];
    }
}
