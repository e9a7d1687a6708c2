package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.IdlePolicy;
import dev.messplus.replay.policy.SlaPolicies;
import dev.messplus.replay.serving.ServingResult.DeviceFigures;
import dev.messplus.replay.serving.ServingResult.Served;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServedWorldTest {

    private static final long TIMEOUT_MILLIS = 3_600_000;
    private static final double MILLIJOULE = 1e-3;
    private static final SyntheticZoo.Kind GOOD = seconds -> new double[] {.9, .85};

    @Test
    void energyIsConserved() {
        for (IdlePolicy idle : IdlePolicy.values()) {
            ServingResult result = product(idle, 8).run(120);

            for (DeviceFigures device : result.devices()) {
                assertThat(device.bookedJoules())
                        .isCloseTo(device.readJoules(), within(MILLIJOULE));
            }
            double answered =
                    result.served().stream()
                            .flatMap(served -> served.response().calls().stream())
                            .mapToDouble(EndedCall::trueJoules)
                            .sum();
            double worked =
                    result.devices().stream()
                            .mapToDouble(device -> device.usedJoules() - device.idleJoules())
                            .sum();
            // The rest is that of the calls in flight at the end.
            assertThat(answered).isBetween(.95 * worked, worked);
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        ServingResult first = product(IdlePolicy.INCLUDE, 8).run(60);
        ServingResult second = product(IdlePolicy.INCLUDE, 8).run(60);

        assertThat(endedSeconds(first)).isEqualTo(endedSeconds(second)).isNotEmpty();
        assertThat(first.devices().get(0).usedJoules())
                .isEqualTo(second.devices().get(0).usedJoules());
    }

    @Test
    void aFullServerMakesWhatItsStepsAllow() {
        // A step of 64 sequences takes 13.4 ms and makes 64 tokens; 0.04 ms a token of the prompt.
        double perSecond = 1 / (200 * (7 + 6.4) / 64 + 100 * .04) * 1e3;
        ServingResult result = alone(large64(), 2 * perSecond, 100).run(120);

        int answered = (int) result.served().stream().filter(s -> s.endedSeconds() >= 60).count();
        assertThat(answered / 60.).isCloseTo(perSecond, within(.03 * perSecond));
    }

    @Test
    void aQueueGrowsBeyondTheCapacityAlone() {
        double below = alone(large64(), 10, 100).run(120).window(60, 120).waitP99Seconds();
        double above = alone(large64(), 40, 100).run(120).window(60, 120).waitP99Seconds();

        assertThat(below).isLessThan(.1);
        assertThat(above).isGreaterThan(20);
    }

    @Test
    void aPrefixCacheSavesPrefill() {
        double without = prompts(0).run(120).window(60, 120).joulesPerRequest();
        double with = prompts(1_900).run(120).window(60, 120).joulesPerRequest();

        // 1,900 tokens of .04 ms, at a power that is above the idle one and below the full one.
        double savedSeconds = 1_900 * .04e-3;
        assertThat(without - with)
                .isBetween(savedSeconds * (300 - ServingSetups.IDLE_WATTS), savedSeconds * 620);
    }

    @Test
    void failuresCost() {
        ServedModel reliable = ServedModel.of("a", 0, ServingSetups.large().build());
        ServedModel failing =
                ServedModelBuilder.builder(reliable).failedShare(.5).failedFactor(3).build();
        SyntheticZoo requests = ServingSetups.chats(seconds -> new double[] {1}, 1);
        ServingResult.Window without = mixed(reliable, 4, requests).run(400).window(100, 400);
        ServingResult.Window with = mixed(failing, 4, requests).run(400).window(100, 400);

        assertThat(without.unanswered()).isZero();
        assertThat(with.unanswered() / (double) with.requests()).isCloseTo(.5, within(.05));
        // Twice the tokens in all, at a lower price each because more are made at a time.
        assertThat(with.joulesPerRequest())
                .isBetween(1.1 * without.joulesPerRequest(), 2 * without.joulesPerRequest());
    }

    @Test
    void theProductKeepsItsPromise() {
        ServingResult.Window window = product(IdlePolicy.SUBTRACT, 8).run(600).window(300, 600);

        assertThat(window.score()).isGreaterThan(.74);
        assertThat(window.unanswered()).isZero();
        assertThat(window.waitP99Seconds()).isLessThan(1);
    }

    /**
     * Errors are independent: the best model alone is right in 90%, and one of the two in 98.5%.
     */
    @Test
    void aPlanReachesMoreThanTheBestModel() {
        MessSettings settings = MessSettings.ofDefaults(.96, 2, 1);
        SlaRouting routing = SlaPolicies.stream(.96, Map.of("explore", "sequential"), 1);
        ServingResult result =
                product(
                                IdlePolicy.SUBTRACT,
                                8,
                                MessSettingsBuilder.builder(settings).routing(routing).build())
                        .run(600);

        ServingResult.Window window = result.window(300, 600);
        assertThat(window.score()).isGreaterThan(.95);
        assertThat(window.unanswered()).isZero();
        // Not everything is asked of both: a first answer that is right ends its plan.
        double calls = window.models().stream().mapToLong(ServingResult.ModelFigures::calls).sum();
        assertThat(calls / window.requests()).isBetween(1.05, 1.5);
    }

    /** What is served is the best answer, and a second model that fails changes nothing. */
    @Test
    void aPlannedCallMayFail() {
        SlaRouting routing = SlaPolicies.stream(.96, Map.of("explore", "sequential"), 1);
        ServedModel small = ServedModel.of("1b", 1, ServingSetups.small().build());
        ServingResult.Window window =
                new ServedWorld(
                                ServingSetups.gpus(2, IdlePolicy.SUBTRACT),
                                List.of(
                                        ServedModel.of("8b", 0, ServingSetups.large().build()),
                                        ServedModelBuilder.builder(small).failedShare(.5).build()),
                                RateCurve.constant(8),
                                ServingSetups.chats(GOOD, 1),
                                new MessRouter(
                                        MessSettingsBuilder.builder(
                                                        MessSettings.ofDefaults(.96, 2, 1))
                                                .routing(routing)
                                                .build()),
                                1)
                        .run(600)
                        .window(300, 600);

        assertThat(window.unanswered()).isZero();
        assertThat(window.score()).isBetween(.9, .96);
    }

    @Test
    void serversOfOneDeviceTakeTurns() {
        ServerSpec server = large64();
        ServingResult shared =
                new ServedWorld(
                                ServingSetups.gpus(1, IdlePolicy.INCLUDE),
                                List.of(
                                        ServedModel.of("a", 0, server),
                                        ServedModel.of("b", 0, server)),
                                RateCurve.constant(60),
                                ServingSetups.fixed(100, 0, n -> 200, 2),
                                new StaticMixRouter(new double[] {.5, .5}, TIMEOUT_MILLIS, 1),
                                1)
                        .run(120);
        ServingResult alone = alone(server, 60, 100).run(120);

        // Both are full: they do half each of what one does alone.
        double done = shared.window(60, 120).requests();
        assertThat(done / alone.window(60, 120).requests()).isCloseTo(1, within(.05));
        assertThat(shared.window(60, 120).of("a").share()).isCloseTo(.5, within(.05));
    }

    @Test
    void scoresMayComeLater() {
        MessSettings settings = MessSettings.ofDefaults(.75, 2, 1);
        ServingResult.Window window =
                product(
                                IdlePolicy.SUBTRACT,
                                8,
                                MessSettingsBuilder.builder(settings)
                                        .labelAfterMillis(10_000)
                                        .build())
                        .run(600)
                        .window(300, 600);

        assertThat(window.score()).isGreaterThan(.74);
    }

    private static List<Double> endedSeconds(ServingResult result) {
        return result.served().stream().map(Served::endedSeconds).toList();
    }

    private static ServerSpec large64() {
        return ServingSetups.large().maxSequences(64).build();
    }

    private static ServedWorld product(IdlePolicy idle, double perSecond) {
        return product(idle, perSecond, MessSettings.ofDefaults(.75, 2, 1));
    }

    private static ServedWorld product(IdlePolicy idle, double perSecond, MessSettings settings) {
        return new ServedWorld(
                ServingSetups.gpus(2, idle),
                List.of(
                        ServedModel.of("8b", 0, ServingSetups.large().build()),
                        ServedModel.of("1b", 1, ServingSetups.small().build())),
                RateCurve.constant(perSecond),
                ServingSetups.chats(GOOD, 1),
                new MessRouter(settings),
                1);
    }

    private static ServedWorld alone(ServerSpec server, double perSecond, int promptTokens) {
        return mixed(
                ServedModel.of("a", 0, server),
                perSecond,
                ServingSetups.fixed(promptTokens, 0, n -> 200, 1));
    }

    private static ServedWorld prompts(int cachedTokens) {
        return mixed(
                ServedModel.of("a", 0, large64()),
                4,
                ServingSetups.fixed(2_000, cachedTokens, n -> 50, 1));
    }

    private static ServedWorld mixed(ServedModel model, double perSecond, RequestDraws requests) {
        return new ServedWorld(
                ServingSetups.gpus(1, IdlePolicy.INCLUDE),
                List.of(model),
                RateCurve.constant(perSecond),
                requests,
                new StaticMixRouter(new double[] {1}, TIMEOUT_MILLIS, 1),
                1);
    }
}
