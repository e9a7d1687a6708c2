package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.Attribution;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is promised of {@code energy_uncertainty_joules}: in 95 of 100 calls, what the call's own
 * work took is within it, whatever the work of the calls beside it. The truth is that of the
 * simulated server: of every step, the part that made the tokens of the call or computed its
 * prompt.
 */
class UncertaintyTest {

    private static final double PROMISED = .95;

    /** Some 1, 8 and 70 in flight. */
    @ParameterizedTest
    @CsvSource({".5", "4", "18"})
    void coversCallsOfAlikeWork(double perSecond) {
        for (Attribution by : Attribution.values()) {
            var chats = ServingSetups.chats(seconds -> new double[] {1}, 1);
            List<EndedCall> calls = ServingSetups.callsAlone(by, chats, perSecond, 1_000);
            assertThat(ServingSetups.coverage(calls)).as("%s", by).isGreaterThan(PROMISED);
        }
    }

    @ParameterizedTest
    @CsvSource({".5", "4", "11"})
    void coversCallsWhoseWorkDiffersWidely(double perSecond) {
        for (Attribution by : Attribution.values()) {
            List<EndedCall> calls =
                    ServingSetups.callsAlone(by, ServingSetups.widelySpread(), perSecond, 1_000);
            assertThat(ServingSetups.coverage(calls)).as("%s", by).isGreaterThan(PROMISED);
        }
    }

    @ParameterizedTest
    @CsvSource({"2", "7"})
    void coversLongPromptsBesideLongAnswers(double perSecond) {
        for (Attribution by : Attribution.values()) {
            List<EndedCall> calls =
                    ServingSetups.callsAlone(by, ServingSetups.alternating(), perSecond, 1_000);
            assertThat(ServingSetups.coverage(calls)).as("%s", by).isGreaterThan(PROMISED);
        }
    }

    /** Or everything would be within it. */
    @ParameterizedTest
    @CsvSource({"4, .35", "18, .35"})
    void isNoWiderThanWorkDiffers(double perSecond, double widest) {
        var chats = ServingSetups.chats(seconds -> new double[] {1}, 1);
        DoubleStream parts =
                ServingSetups.callsAlone(Attribution.INFLIGHT, chats, perSecond, 1_000).stream()
                        .map(call -> call.charge().figure())
                        .mapToDouble(f -> 2 * Math.sqrt(f.variance()) / f.joules());
        assertThat(parts.average().orElseThrow()).isLessThan(widest);
    }
}
