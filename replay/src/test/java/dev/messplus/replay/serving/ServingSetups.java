package dev.messplus.replay.serving;

import dev.messplus.energy.IdlePolicy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/** Servers and runs that tests share. */
final class ServingSetups {

    static final double IDLE_WATTS = 75;

    private static final double SATURATION = 24;

    private ServingSetups() {}

    /** A server of an 8B model: 7 ms a step, 300 to 620 W. */
    static ServerSpecBuilder large() {
        return ServerSpecBuilder.builder()
                .stepMillis(7)
                .stepMillisPerSequence(.1)
                .prefillMillisPerToken(.04)
                .wattsAlone(300)
                .wattsFull(620)
                .saturation(SATURATION);
    }

    /** A server of a 1B model: 2.5 ms a step, 190 to 450 W. */
    static ServerSpecBuilder small() {
        return ServerSpecBuilder.builder()
                .stepMillis(2.5)
                .stepMillisPerSequence(.03)
                .prefillMillisPerToken(.006)
                .wattsAlone(190)
                .wattsFull(450)
                .saturation(SATURATION);
    }

    /** Each model on a GPU of its own. */
    static List<DeviceSpec> gpus(int number, IdlePolicy idle) {
        return Collections.nCopies(number, DeviceSpec.nvml(IDLE_WATTS, idle));
    }

    /** Requests of 300 tokens with answers of 200 in the mean, of one kind. */
    static SyntheticZoo chats(SyntheticZoo.Kind kind, long seed) {
        return new SyntheticZoo(List.of(kind), new TokenLengths(300, 0, 200, .6), seed);
    }

    /** Requests of fixed lengths whose answers are all right. */
    static RequestDraws fixed(
            int promptTokens, int cachedTokens, IntFunction<Integer> answerTokens, int models) {
        double[] ones = new double[models];
        Arrays.fill(ones, 1);
        double[] draws = new double[models];
        return (number, seconds) ->
                new SimulatedRequest(
                        "r" + number,
                        new float[] {1},
                        promptTokens,
                        cachedTokens,
                        answerTokens.apply((int) number),
                        ones,
                        draws);
    }
}
