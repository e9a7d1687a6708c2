package dev.messplus.replay.router.dual;

import static dev.messplus.replay.router.Settings.both;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterSetting;
import dev.messplus.replay.router.Settings;
import dev.messplus.replay.router.dual.Port.Config;
import dev.messplus.replay.router.dual.Port.Resolving;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Of 100 requests, 10 are history. Only the large model can do what is hard. */
class PortTest {

    private static final double[] EASY = {1, 0};
    private static final double[] HARD = {1, 1};

    private static final int SMALL = 0;
    private static final int LARGE = 1;

    private final RouterSetting setting = Settings.of(.9, 2);
    private final Port router = new Port(setting, new Config(.1, 3, .04, 0, Resolving.ONCE));

    @Test
    void estimatesAreMeansOverTheNearest() {
        var neighbours = new NearestNeighbours(2);
        neighbours.add(new double[] {0}, new double[] {1, 0});
        neighbours.add(new double[] {5}, new double[] {0, 0});
        neighbours.add(new double[] {1}, new double[] {0, .5});
        assertThat(neighbours.estimate(new double[] {.4})).containsExactly(.5, .25);
        assertThat(neighbours.estimate(new double[] {4})).containsExactly(0, .25);
    }

    @Test
    void theFirstRequestsAreAskedOfEveryModel() {
        assertThat(IntStream.range(0, 10).mapToObj(i -> router.choose(EASY)))
                .containsOnly(RouterChoice.ofAll(LARGE, 2));
        assertThat(router.choose(EASY).explores()).isFalse();
    }

    @Test
    void routesByPriceOnceTheHistoryIsKnownAndPromptsWereSeen() {
        makeHistory();
        for (int i = 0; i < 4; i++) {
            router.choose(i % 2 == 0 ? EASY : HARD);
        }
        // All hard ones must be well answered for .9.
        assertThat(router.choose(EASY)).isEqualTo(RouterChoice.of(SMALL));
        assertThat(router.choose(HARD)).isEqualTo(RouterChoice.of(LARGE));
    }

    @Test
    void drawsModelsAtRandomWhileItWaits() {
        makeHistory(9);
        assertThat(IntStream.range(0, 60).mapToObj(i -> router.choose(HARD)))
                .contains(RouterChoice.of(SMALL), RouterChoice.of(LARGE));
    }

    private void makeHistory() {
        makeHistory(10);
    }

    private void makeHistory(int resolved) {
        for (int i = 0; i < 10; i++) {
            double[] x = i % 2 == 0 ? EASY : HARD;
            RouterChoice choice = router.choose(x);
            if (i < resolved) {
                router.learn(both(x, choice, i % 2 == 0 ? 1 : 0, 1));
            }
        }
    }
}
