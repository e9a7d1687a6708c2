package dev.messplus.replay.servers;

import dev.messplus.energy.IdlePolicy;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.serving.DeviceSpec;
import dev.messplus.replay.serving.RateCurve;
import dev.messplus.replay.serving.ServedModel;
import dev.messplus.replay.serving.ServerSpec;
import dev.messplus.replay.serving.ServerSpecBuilder;
import dev.messplus.replay.serving.TokenLengths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Worlds that are small enough to work out by hand. */
final class TinyServers {

    /** A step in which sequences get a token, whatever their number. */
    static final double STEP_MILLIS = 10;

    /** The first token comes with the prompt, which takes no work to speak of. */
    static final int ANSWER_TOKENS = 11;

    private static final double SATURATION = 1e6;

    private TinyServers() {}

    /** A server whose answers cost the same however many it makes at a time. */
    static ServerSpec proportional(double joulesPerAnswer) {
        double wattsPerSequence = joulesPerAnswer / (ANSWER_TOKENS - 1) / (STEP_MILLIS / 1e3);
        return server(0, wattsPerSequence * SATURATION).saturation(SATURATION).build();
    }

    /** A server that draws the same whenever it has work. */
    static ServerSpecBuilder constant(double watts) {
        return server(watts, watts).saturation(1);
    }

    private static ServerSpecBuilder server(double wattsAlone, double wattsFull) {
        return ServerSpecBuilder.builder()
                .stepMillis(STEP_MILLIS)
                .wattsAlone(wattsAlone)
                .wattsFull(wattsFull)
                .prefillTokensPerSequence(1e9);
    }

    /** Models on devices of their own, which draw nothing while they are idle. */
    static ServersSetup setup(double perSecond, int seconds, ServerSpec... servers) {
        List<ServedModel> zoo = new ArrayList<>();
        for (int m = 0; m < servers.length; m++) {
            zoo.add(ServedModel.of("m" + m, m, servers[m]));
        }
        return ServersSetupBuilder.builder()
                .zoo(zoo)
                .devices(
                        Collections.nCopies(servers.length, DeviceSpec.nvml(0, IdlePolicy.INCLUDE)))
                .curve(RateCurve.constant(perSecond))
                .seconds(seconds)
                .lengths(new TokenLengths(1, 0, ANSWER_TOKENS, 0))
                .build();
    }

    /** Requests of which each model answers some of every hundred right. */
    static Traffic traffic(int... rightOfHundred) {
        List<Recorded> requests = new ArrayList<>();
        List<String> models = new ArrayList<>();
        for (int m = 0; m < rightOfHundred.length; m++) {
            models.add("m" + m);
        }
        for (int i = 0; i < 100; i++) {
            double[] scores = new double[rightOfHundred.length];
            for (int m = 0; m < scores.length; m++) {
                // A permutation of its own for each model.
                scores[m] = (i * 37 + m * 13) % 100 < rightOfHundred[m] ? 1 : 0;
            }
            requests.add(
                    new Recorded(
                            "r" + i,
                            "kind",
                            1,
                            new float[] {i % 2, 1 - i % 2},
                            scores,
                            new double[scores.length]));
        }
        return new Traffic(models, requests);
    }
}
