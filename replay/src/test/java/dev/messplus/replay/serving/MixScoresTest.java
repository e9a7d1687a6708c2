package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.IdlePolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixScoresTest {

    private static final double[] SMALL = {1, 0};
    private static final double[] LARGE = {0, 1};

    private final SyntheticZoo requests = ServingSetups.chats(seconds -> new double[] {.5, .9}, 1);
    private final MixScores scores = new MixScores(RateCurve.constant(20), requests, 1_000, 1);

    @Test
    void aMixScoresBetweenItsModels() {
        assertThat(scores.requests()).isBetween(19_000, 21_000);
        assertThat(scores.of(SMALL)).isEqualTo(scores.means()[0]).isCloseTo(.5, within(.02));
        assertThat(scores.of(LARGE)).isEqualTo(scores.means()[1]).isCloseTo(.9, within(.02));
        assertThat(scores.of(new double[] {.5, .5})).isCloseTo(.7, within(.02));
    }

    @Test
    void bisectionFindsTheShareThatJustReachesAScore() {
        double[] mix = scores.atLeast(.8, SMALL, LARGE);

        assertThat(mix[1]).isCloseTo(.75, within(.03));
        assertThat(mix[0] + mix[1]).isCloseTo(1, within(1e-9));
        assertThat(scores.of(mix)).isBetween(.8, .801);
        assertThat(scores.atLeast(.4, SMALL, LARGE)).isEqualTo(SMALL);
        assertThat(scores.atLeast(1, SMALL, LARGE)[1]).isCloseTo(1, within(1e-6));
    }

    @Test
    void theScoresAreThoseOfTheSimulation() {
        double[] shares = {.3, .7};
        ServingResult run =
                new ServedWorld(
                                ServingSetups.gpus(2, IdlePolicy.INCLUDE),
                                List.of(
                                        ServedModel.of("a", 0, ServingSetups.small().build()),
                                        ServedModel.of("b", 1, ServingSetups.small().build())),
                                RateCurve.constant(5),
                                requests,
                                new StaticMixRouter(shares, 60_000, 3),
                                3)
                        .run(400);
        double served = run.window(0, 400).score();

        // Some requests of the last seconds are still in flight.
        assertThat(new MixScores(RateCurve.constant(5), requests, 400, 3).of(shares))
                .isCloseTo(served, within(.005));
    }

    @Test
    void aRunWithoutRequestsIsRefused() {
        assertThatThrownBy(() -> new MixScores(RateCurve.constant(1e-9), requests, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("requests: none arrives within 1.0 s; let it be more");
    }
}
