package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.TinyTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterOutcome;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RouterReplayTest {

    /** Asks both models of each request, serves the small one, and remembers what it learns. */
    private static final class Recorder implements Router {

        final List<Integer> knownAtChoice = new ArrayList<>();
        final List<RouterOutcome> learned = new ArrayList<>();

        @Override
        public RouterChoice choose(double[] x) {
            knownAtChoice.add(learned.size());
            return RouterChoice.ofAll(0, 2);
        }

        @Override
        public void learn(RouterOutcome outcome) {
            learned.add(outcome);
        }
    }

    private final Recorder recorder = new Recorder();

    @Test
    void tellsAnOutcomeAfterTheRequestsInFlight() {
        replay(TinyTraffic.hard(6), Episodes.scored(2));
        assertThat(recorder.knownAtChoice).containsExactly(0, 0, 0, 1, 2, 3);
        assertThat(recorder.learned).hasSize(6).allMatch(RouterOutcome::labelsEveryAnswer);
    }

    @Test
    void aRequestWithoutALabelIsToldOnceItIsGivenUp() {
        replay(TinyTraffic.hard(6), Episodes.scored(2, 0));
        assertThat(recorder.knownAtChoice).containsExactly(0, 0, 0, 0, 0, 1);
        assertThat(recorder.learned).hasSize(6).noneMatch(RouterOutcome::isLabelled);
    }

    @Test
    void usersRateOnlyTheAnswerServed() {
        var users =
                ConditionsBuilder.builder(Episodes.scored(0, 1))
                        .joulesAfter(0)
                        .delay(Delay.FIXED)
                        .labels(Labels.LATER)
                        .raters(Raters.UNHAPPY)
                        .build();
        replay(TinyTraffic.hard(50), users);
        assertThat(recorder.learned).hasSize(50).noneMatch(RouterOutcome::labelsEveryAnswer);
        assertThat(recorder.learned.stream().filter(RouterOutcome::isLabelled))
                .hasSizeBetween(10, 30);
    }

    @Test
    void paysForEveryAnswerAndScoresTheOneServed() {
        SeedResult result = replay(TinyTraffic.hard(4), Episodes.scored(0));
        assertThat(result.energyPerRequest()).isCloseTo(11, within(1e-12));
        assertThat(result.energyServedOnly()).isCloseTo(1, within(1e-12));
        assertThat(result.score()).isZero();
        assertThat(result.exploredShare()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void aRouterIsDeterministicBySeed(PolicyKind kind) {
        ReplayPolicy policy =
                kind.policies(SyntheticTraffic.of(1, 4), PolicyKind.settings(Map.of(), Set.of()))
                        .get(0);
        SeedResult one = policy.replay(synthetic(7));
        assertThat(policy.replay(synthetic(7)).energyPerRequest())
                .isEqualTo(one.energyPerRequest());
        assertThat(one.score()).isBetween(.3, 1.0);
        assertThat(one.energyPerRequest()).isBetween(1., 16.);
    }

    @Test
    void aNameStandsForAllRouters() {
        assertThat(PolicyKind.of(List.of("routers")))
                .isEqualTo(EnumSet.range(PolicyKind.MESS_2025, PolicyKind.ROUTELLM_BEST));
        assertThat(PolicyKind.of(List.of("linucb-best", "static")))
                .containsExactlyInAnyOrder(PolicyKind.LINUCB_BEST, PolicyKind.STATIC);
    }

    static Set<PolicyKind> routers() {
        return PolicyKind.of(List.of("routers"));
    }

    private static Episode synthetic(long seed) {
        Traffic traffic = SyntheticTraffic.of(600, 4);
        return new Episode(
                new Arrivals(traffic, traffic.fileOrder(), Drift.NONE),
                .7,
                Episodes.scored(16),
                seed,
                History.NONE,
                Episodes.WINDOW);
    }

    private SeedResult replay(Traffic traffic, Conditions conditions) {
        var arrivals = new Arrivals(traffic, traffic.fileOrder(), Drift.NONE);
        return new RouterReplay(
                        new Episode(arrivals, .5, conditions, 1, History.NONE, Episodes.WINDOW),
                        setting -> recorder)
                .run();
    }
}
