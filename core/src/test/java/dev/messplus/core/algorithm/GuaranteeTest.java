package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.LabelSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The theorem of {@code docs/guarantee.md}, in worlds at random: 2 to 8 models, prices from 1:1 to
 * 1:500, labels up to 500 requests late and out of order, forecasts wrong to the worst side.
 */
class GuaranteeTest {

    private static final int RUNS = 500;
    private static final int REQUESTS = 2_000;

    /** p of the theorem. */
    private static final double FAILURE = 0.01;

    /** p RUNS, and three standard deviations. */
    private static final int ALLOWED = 11;

    @Test
    void noStretchFallsShortByMoreThanPromisedWhereTheJobScores() {
        assertKept(random -> LabelSource.scorer());
    }

    @Test
    void noStretchFallsShortByMoreThanPromisedWhereAShareIsRated() {
        assertKept(random -> LabelSource.audit(random.nextDouble(0.05, 0.9)));
    }

    @Test
    void noStretchFallsShortByMoreThanPromisedWhereUsersRate() {
        assertKept(
                random ->
                        LabelSource.users(
                                random.nextDouble(0.1, 0.9), random.nextDouble(0.1, 0.9)));
    }

    /** So the bound says something. */
    @Test
    void aPriceThatDoesNotFollowThePressureFallsShortByMore() {
        long broken =
                runs(random -> LabelSource.scorer(), GuaranteeRun.Price.FROZEN)
                        .filter(run -> !run.keepsThePromise())
                        .count();
        assertThat(broken).isGreaterThan(RUNS / 2);
    }

    private static void assertKept(Function<SplittableRandom, LabelSource> source) {
        List<GuaranteeRun> failed =
                runs(source, GuaranteeRun.Price.CONTROLLED)
                        .filter(run -> !run.keepsThePromise() || run.forgave())
                        .toList();
        assertThat(failed).hasSizeLessThanOrEqualTo(ALLOWED);
    }

    private static Stream<GuaranteeRun> runs(
            Function<SplittableRandom, LabelSource> source, GuaranteeRun.Price price) {
        return LongStream.range(0, RUNS).mapToObj(seed -> run(source, seed, price));
    }

    private static GuaranteeRun run(
            Function<SplittableRandom, LabelSource> source, long seed, GuaranteeRun.Price price) {
        var random = new SplittableRandom(seed);
        int maxDelay = random.nextInt(501);
        var world = GuaranteeWorld.random(random, source.apply(random), maxDelay);
        return new GuaranteeRun(world, REQUESTS, FAILURE, seed).play(price);
    }
}
