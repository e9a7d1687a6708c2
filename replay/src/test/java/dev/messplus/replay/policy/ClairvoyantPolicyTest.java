package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.TinyTraffic;
import dev.messplus.replay.outcome.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ClairvoyantPolicyTest {

    @Test
    void buysTheCheapestPointsOfScoreFirst() {
        // .4 of score for 1 J, and half of the 1 for 9 J that is missing then: 2 + 1 + 4.5.
        Traffic traffic =
                traffic(new double[][] {{0, 1}, {.2, .6}}, new double[][] {{1, 10}, {1, 2}});
        SeedResult result = replay(traffic, .55);
        assertThat(2 * result.energyPerRequest()).isCloseTo(2 + 1 + 4.5, within(1e-12));
        assertThat(result.score()).isCloseTo(.55, within(1e-12));
        assertThat(result.modelShare()[1]).isCloseTo(.75, within(1e-12));
    }

    @Test
    void servesTheBestAnswerIfAlphaIsOutOfReach() {
        Traffic traffic = traffic(new double[][] {{.3, .2}}, new double[][] {{9, 1}});
        SeedResult result = replay(traffic, .9);
        assertThat(result.score()).isEqualTo(.3);
        assertThat(result.energyPerRequest()).isEqualTo(9);
    }

    /** Some optimum of the linear program splits at most one request, between two models. */
    @Property(tries = 500)
    void noOtherChoiceCostsLess(
            @ForAll("requests") List<Recorded> requests,
            @ForAll @DoubleRange(max = 1) double alpha) {
        Traffic traffic = new Traffic(List.of("a", "b", "c"), requests);
        SeedResult found = replay(traffic, alpha);
        double best = bruteForce(requests, alpha * requests.size());
        if (best < Double.POSITIVE_INFINITY) {
            assertThat(found.score()).isGreaterThanOrEqualTo(alpha - 1e-9);
            assertThat(found.energyPerRequest() * requests.size()).isCloseTo(best, within(1e-6));
        } else {
            double most =
                    requests.stream()
                            .mapToDouble(
                                    r ->
                                            IntStream.range(0, 3)
                                                    .mapToDouble(m -> r.scores()[m])
                                                    .max()
                                                    .orElseThrow())
                            .average()
                            .orElseThrow();
            assertThat(found.score()).isCloseTo(most, within(1e-9));
        }
    }

    private static SeedResult replay(Traffic traffic, double alpha) {
        return new ClairvoyantPolicy().replay(Episodes.of(traffic, alpha));
    }

    private static double bruteForce(List<Recorded> requests, double target) {
        int n = requests.size();
        double best = Double.POSITIVE_INFINITY;
        for (int code = 0; code < Math.pow(3, n); code++) {
            double score = 0;
            double joules = 0;
            for (int i = 0, rest = code; i < n; i++, rest /= 3) {
                score += requests.get(i).scores()[rest % 3];
                joules += requests.get(i).joules()[rest % 3];
            }
            if (score >= target - 1e-12) {
                best = Math.min(best, joules);
            }
            for (int i = 0, rest = code; i < n; i++, rest /= 3) {
                for (int to = 0; to < 3; to++) {
                    double gain = requests.get(i).scores()[to] - requests.get(i).scores()[rest % 3];
                    double part = (target - score) / gain;
                    if (gain != 0 && part > 0 && part < 1) {
                        double more =
                                requests.get(i).joules()[to] - requests.get(i).joules()[rest % 3];
                        best = Math.min(best, joules + part * more);
                    }
                }
            }
        }
        return best;
    }

    @Provide
    Arbitrary<List<Recorded>> requests() {
        Arbitrary<double[]> scores =
                Arbitraries.doubles().between(0, 1).ofScale(1).array(double[].class).ofSize(3);
        Arbitrary<double[]> joules =
                Arbitraries.doubles().between(0, 100).ofScale(0).array(double[].class).ofSize(3);
        return Combinators.combine(scores, joules)
                .as((s, j) -> TinyTraffic.request("r", "k", s, j))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    private static Traffic traffic(double[][] scores, double[][] joules) {
        List<Recorded> requests = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            requests.add(TinyTraffic.request("r" + i, "k", scores[i], joules[i]));
        }
        return new Traffic(List.of("a", "b"), requests);
    }
}
