package dev.messplus.replay.serving;

import dev.messplus.setting.Check;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A model of the simulated zoo, with the server that runs it.
 *
 * @param id of the model in the zoo
 * @param device index of the device that its server runs on
 * @param server how fast it is and what it draws
 * @param answerFactor length of its answers, as a multiple of the request's own length, above 0
 * @param failedShare share of the calls that fail at the end of their work, in [0, 1]
 * @param failedFactor how much longer than an answer a call works that fails, above 0
 * @param blamesServer whether a failure is the server's fault, so that the circuit breaker counts
 *     it; otherwise it is the request's
 */
@RecordBuilder
public record ServedModel(
        String id,
        int device,
        ServerSpec server,
        @RecordBuilder.Initializer("ONE") double answerFactor,
        double failedShare,
        @RecordBuilder.Initializer("ONE") double failedFactor,
        boolean blamesServer) {

    /** Factors that change nothing. */
    public static final double ONE = 1;

    public ServedModel {
        Check.that(answerFactor > 0, "answerFactor: must be above 0, was " + answerFactor);
        Check.that(
                failedShare >= 0 && failedShare <= 1,
                "failedShare: must be between 0 and 1, was " + failedShare);
        Check.that(failedFactor > 0, "failedFactor: must be above 0, was " + failedFactor);
    }

    /** A model whose calls do not fail. */
    public static ServedModel of(String id, int device, ServerSpec server) {
        return ServedModelBuilder.builder().id(id).device(device).server(server).build();
    }
}
