package dev.messplus.replay.serving;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.energy.ledger.LedgerCharge;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
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

    /** Requests of lengths that differ widely: e^(1.2 z) times 400 tokens, e^z times 150. */
    static RequestDraws widelySpread() {
        return (number, seconds) -> {
            SplittableRandom random = new SplittableRandom(number);
            double prompt = 400 * Math.exp(1.2 * random.nextGaussian());
            double answer = 150 * Math.exp(random.nextGaussian());
            return new SimulatedRequest(
                    "r" + number,
                    new float[] {1},
                    (int) Math.min(8_000, 1 + prompt),
                    0,
                    (int) Math.min(4_000, 1 + answer),
                    new double[] {1},
                    new double[] {1});
        };
    }

    /** Every other request has a long prompt and a short answer, and the others the opposite. */
    static RequestDraws alternating() {
        return (number, seconds) -> {
            boolean longPrompt = number % 2 == 0;
            return new SimulatedRequest(
                    "r" + number,
                    new float[] {1},
                    longPrompt ? 4_000 : 100,
                    0,
                    longPrompt ? 20 : 400,
                    new double[] {1},
                    new double[] {1});
        };
    }

    /** Calls of a large model that has a GPU for itself; those at the begin are left out. */
    static List<EndedCall> callsAlone(
            Attribution attribution, RequestDraws requests, double perSecond, int number) {
        return new ServedWorld(
                        List.of(DeviceSpec.nvml(IDLE_WATTS, IdlePolicy.INCLUDE).by(attribution)),
                        List.of(ServedModel.of("8b", 0, large().build())),
                        RateCurve.constant(perSecond),
                        requests,
                        new StaticMixRouter(new double[] {1}, 3_600_000, 1),
                        1)
                .run(number / perSecond).served().stream()
                        .flatMap(served -> served.response().calls().stream())
                        .filter(call -> call.charge().figure().settled())
                        .skip(number / 10)
                        .toList();
    }

    /** The share of calls whose true joules are within the uncertainty of what they are charged. */
    static double coverage(List<EndedCall> calls) {
        return calls.stream()
                .mapToDouble(
                        call -> {
                            LedgerCharge.Figure figure = call.charge().figure();
                            double off = Math.abs(figure.joules() - call.trueJoules());
                            return off <= 2 * Math.sqrt(figure.variance()) ? 1 : 0;
                        })
                .average()
                .orElseThrow();
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
