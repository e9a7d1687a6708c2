package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The theorem of {@code docs/guarantee.md} where models are asked one after the other: 2 to 6
 * models, prices from 1:1 to 1:500, scores up to 300 requests late and out of order. No single
 * model reaches alpha.
 */
class SequenceGuaranteeTest {

    private static final int RUNS = 100;
    private static final int REQUESTS = 2_000;
    private static final int MOST_DELAY = 300;

    /** p of the theorem. */
    private static final double FAILURE = 0.01;

    /** p RUNS, and three standard deviations. */
    private static final int ALLOWED = 4;

    /** Models fail, and answers have no score. There is no probability in it. */
    @Test
    void noPathFallsShortByMoreThanPromisedWhereNothingIsLeftToChance() {
        assertThat(runs(SequenceWorld.Certain::random, GuaranteeRun.Price.CONTROLLED))
                .allMatch(SequenceRun::keepsThePromise)
                .noneMatch(SequenceRun::forgave);
    }

    @Test
    void noStretchFallsShortByMoreThanPromisedWhereOnlyTheBestOfAllAnswersReachesAlpha() {
        List<SequenceRun> runs = runs(SequenceWorld.Chance::random, GuaranteeRun.Price.CONTROLLED);
        assertThat(runs).noneMatch(SequenceRun::forgave);
        assertThat(runs)
                .filteredOn(run -> !run.expectsWhatPlansScore(FAILURE))
                .hasSizeLessThanOrEqualTo(ALLOWED);
        assertThat(runs)
                .filteredOn(run -> !run.keepsThePromise())
                .hasSizeLessThanOrEqualTo(ALLOWED);
    }

    /** So the bound says something. */
    @Test
    void aPriceThatDoesNotFollowThePressureFallsShortByMore() {
        assertBroken(runs(SequenceWorld.Certain::random, GuaranteeRun.Price.FROZEN));
        assertBroken(runs(SequenceWorld.Chance::random, GuaranteeRun.Price.FROZEN));
    }

    private static void assertBroken(List<SequenceRun> runs) {
        assertThat(runs)
                .filteredOn(run -> !run.keepsThePromise())
                .hasSizeGreaterThan(runs.size() / 2);
    }

    private static List<SequenceRun> runs(
            Function<SplittableRandom, SequenceWorld> worlds, GuaranteeRun.Price price) {
        // A price that does not move takes longer to miss what the bound allows.
        boolean wrong = price == GuaranteeRun.Price.FROZEN;
        int requests = wrong ? 4 * REQUESTS : REQUESTS;
        return LongStream.range(0, wrong ? RUNS / 5 : RUNS)
                .mapToObj(
                        seed -> {
                            var random = new SplittableRandom(seed);
                            SequenceWorld world = worlds.apply(random);
                            int maxDelay = random.nextInt(MOST_DELAY + 1);
                            return new SequenceRun(world, maxDelay, FAILURE, requests).play(price);
                        })
                .toList();
    }
}
