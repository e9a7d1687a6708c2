package dev.messplus.infer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who waits for whom, with limits that are learned and servers that have slots. Times are in
 * seconds.
 */
class SimulatedBacklogTest {

    /**
     * Calls of 1, 4, 100 and 500 ms. If waits were counted in mean calls of the job, most requests
     * would go to the fastest models, for a tenth of the joules of the best ones.
     */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0.02", "3, 0.1", "4, 0.1"})
    void aBacklogWaitsForTheModelsThatAreBestHoweverLongTheirCallsAre(
            long seed, double pauseSeconds) {
        Random random = new Random(seed);
        double best = 0;
        try (SimulatedZoo zoo =
                new SimulatedZoo(seed)
                        .model("trigram", 0.001, 2, 0.0005)
                        .model("calculator", 0.004, 2, 0.002)
                        .model("small", 0.1, 2, 0.1)
                        .model("large", 0.5, 2, 0.6)) {
            zoo.pauseSeconds = pauseSeconds;
            for (int i = 0; i < 2_000; i++) {
                double u = random.nextDouble();
                String model =
                        u < 0.45
                                ? "trigram"
                                : u < 0.8 ? "calculator" : u < 0.95 ? "small" : "large";
                best += zoo.answerJoules(model);
                zoo.send(0, "batch", model, 0.3 + random.nextDouble());
            }
            zoo.run(600);

            assertThat(zoo.answered()).isEqualTo(2_000);
            assertThat(zoo.answeredByTheBest()).isGreaterThan(1_850);
            assertThat(zoo.joules() / best).isBetween(0.7, 1.2);
            assertThat(zoo.mostWaiting()).isLessThan(100);
        }
    }

    /** For 16 s, and for 1,000 s. */
    @ParameterizedTest
    @ValueSource(doubles = {16, 1_000})
    void anSlaIsServedWhileTheModelOfAnotherOneHangs(double seconds) {
        try (SimulatedZoo zoo =
                new SimulatedZoo(1).model("small", 0.04, 32, 1).model("large", 0.25, 8, 6)) {
            streams(zoo, 20, 1);
            zoo.hang("large", 15, 15 + seconds);
            zoo.run(45);

            assertIsServed(zoo, "cheap", 400);
        }
    }

    /** Also if the job may call few requests at a time, or the promise needs the slow model. */
    @ParameterizedTest
    @CsvSource({"0.5, 4096, 1", "20, 4096, 1", "20, 64, 1", "100, 4096, 1e4"})
    void anSlaIsServedWhileTheModelOfAnotherOneIsSlow(
            double bestPerSecond, int maxInFlight, double cheaper) {
        try (SimulatedZoo zoo =
                new SimulatedZoo(1).model("small", 0.04, 32, 1).model("large", 10, 8, 6)) {
            zoo.maxInFlight = maxInFlight;
            streams(zoo, bestPerSecond, cheaper);
            zoo.run(45);

            assertIsServed(zoo, "cheap", 400);
        }
    }

    /**
     * Others of the SLA wait until then: the price of a wait says when requests leave the model, or
     * the time for which it has hung. The answers of a cheap model are worth long waits.
     */
    @ParameterizedTest
    @CsvSource({"large, 1, 6", "small, 1, 6", "small, 0.001, 6"})
    void anSlaLeavesItsModelThatHangs(String hangs, double smallJoules, double largeJoules) {
        try (SimulatedZoo zoo =
                new SimulatedZoo(1)
                        .model("small", 0.04, 8, smallJoules)
                        .model("large", 0.25, 16, largeJoules)) {
            for (int i = 0; i < 40 * 40; i++) {
                zoo.send(i / 40.0, "one", i % 2 == 0 ? "small" : "large", 0.5);
            }
            zoo.hang(hangs, 10, 1_000);
            zoo.run(45);

            for (int from = 20; from < 35; from++) {
                assertThat(zoo.answered("one", from, from + 5)).isGreaterThan(190);
            }
        }
    }

    private static void streams(SimulatedZoo zoo, double bestPerSecond, double cheaper) {
        for (int i = 0; i < 40 * 400; i++) {
            zoo.send(i / 400.0, "cheap", "small", 1);
        }
        for (int i = 0; i < 40 * bestPerSecond; i++) {
            zoo.send(i / bestPerSecond, "best", "large", cheaper);
        }
    }

    private static void assertIsServed(SimulatedZoo zoo, String sla, int perSecond) {
        for (int from = 5; from <= 35; from++) {
            assertThat(zoo.answered(sla, from, from + 5))
                    .as("answers from %d s on", from)
                    .isGreaterThan((int) (0.95 * 5 * perSecond));
        }
    }
}
