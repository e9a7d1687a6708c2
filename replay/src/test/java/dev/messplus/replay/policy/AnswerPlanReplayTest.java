package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Observation;
import dev.messplus.core.Sla;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerPlanReplayTest {

    private static final int REQUESTS = 2_000;

    /** Its models score .45, .6 and .8 on average. */
    private static final Traffic TRAFFIC = SyntheticTraffic.of(REQUESTS, 4);

    private final Map<Recorded, List<Observation>> observed = new LinkedHashMap<>();

    @Test
    void keepsAPromiseThatNoModelCanKeepAlone() {
        for (int inFlight : new int[] {0, 64}) {
            SeedResult sequential = replay("sequential", .86, Episodes.scored(inFlight));
            assertThat(sequential.score()).isBetween(.858, .89);
            assertThat(sequential.energyPerRequest())
                    .isLessThan(
                            .8
                                    * replay("parallel", .86, Episodes.scored(inFlight))
                                            .energyPerRequest());
        }
    }

    @Test
    void servesTheBestOfTheAnswersAndPaysForAll() {
        SeedResult result = replay("sequential", .8, Episodes.scored(0));
        double joules = 0;
        double scores = 0;
        int several = 0;
        for (List<Observation> answers : observed.values()) {
            Observation served = answers.get(answers.size() - 1);
            assertThat(served.isServed()).isTrue();
            assertThat(answers).allMatch(answer -> answer.score() <= served.score());
            joules += answers.stream().mapToDouble(Observation::joules).sum();
            scores += served.score();
            several += answers.size() > 1 ? 1 : 0;
        }
        assertThat(observed).hasSize(REQUESTS);
        assertThat(result.energyPerRequest()).isCloseTo(joules / REQUESTS, within(1e-9));
        assertThat(result.score()).isCloseTo(scores / REQUESTS, within(1e-9));
        assertThat(several).isBetween(REQUESTS / 10, REQUESTS * 9 / 10);
    }

    /** Except for a few requests that explore. */
    @Test
    void asksNoOtherModelAfterAPerfectAnswer() {
        SeedResult result = replay("sequential", .8, Episodes.scored(0));
        long besidePerfect =
                observed.values().stream()
                        .filter(answers -> answers.size() > 1)
                        .filter(answers -> answers.get(0).score() == 1)
                        .count();
        assertThat(besidePerfect)
                .isLessThanOrEqualTo(Math.round(result.exploredShare() * REQUESTS));
    }

    @Test
    void whereScoresComeLaterModelsAreAskedAtOnce() {
        Conditions later =
                ConditionsBuilder.builder(Episodes.scored(8)).labels(Labels.LATER).build();
        SeedResult sequential = replay("sequential", .7, later);
        SeedResult parallel = replay("parallel", .7, later);
        assertThat(sequential.energyPerRequest()).isEqualTo(parallel.energyPerRequest());
        assertThat(sequential.score()).isEqualTo(parallel.score());
        assertThat(sequential.exploredShare()).isPositive();
    }

    @Test
    void isParallelUnlessSetOtherwise() {
        SeedResult parallel = replay("parallel", .7, Episodes.scored(0));
        SeedResult plain =
                Episodes.replay(TRAFFIC, SlaPolicies.stream(.7, Map.of(), 1), Episodes.scored(0))
                        .run();
        assertThat(plain.energyPerRequest()).isEqualTo(parallel.energyPerRequest());
        assertThat(Arrays.stream(plain.modelShare()).boxed().toList())
                .isEqualTo(Arrays.stream(parallel.modelShare()).boxed().toList());
    }

    @Test
    void refusesAnotherWayToExplore() {
        assertThatThrownBy(() -> SlaPolicies.stream(.7, Map.of("explore", "twice"), 1))
                .hasMessage("--set explore: is not a setting of an SLA, or must not be twice");
        assertThatThrownBy(() -> SlaPolicies.paper(.7, Map.of("explore", "parallel"), 1))
                .hasMessage("explore: has no effect with preset paper; remove it");
    }

    private SeedResult replay(String explore, double alpha, Conditions conditions) {
        observed.clear();
        SlaRouting declared = SlaPolicies.stream(alpha, Map.of("explore", explore), 1);
        SlaRouting routing =
                new SlaRouting(
                        Sla.from(declared.sla()).labels(conditions.labelSource()).build(),
                        declared.rule(),
                        0);
        return Episodes.replay(TRAFFIC, routing, conditions)
                .run(
                        new StreamReplay.Witness() {
                            @Override
                            public void observed(Recorded request, Observation seen) {
                                observed.computeIfAbsent(request, r -> new ArrayList<>()).add(seen);
                            }
                        });
    }
}
