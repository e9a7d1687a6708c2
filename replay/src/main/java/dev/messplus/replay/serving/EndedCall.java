package dev.messplus.replay.serving;

import dev.messplus.energy.ledger.LedgerCharge;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A call that has ended.
 *
 * @param model id of the model
 * @param ok whether it brought an answer
 * @param millis how long it took, in milliseconds
 * @param workSeconds how long the server says that it worked on it; {@code NaN} if it does not say
 * @param concurrency calls of the model in flight during it, as the product counts them
 * @param tokens tokens of the answer
 * @param charge what the ledger of its device charges
 * @param trueJoules its shares of the joules of the steps that it took part in
 * @param trueSeconds the same shares of the time of these steps
 * @param beganSeconds when the server began to work on it, since the start of the run; {@code NaN}
 *     if it never did
 */
@RecordBuilder
public record EndedCall(
        String model,
        boolean ok,
        double millis,
        double workSeconds,
        double concurrency,
        int tokens,
        LedgerCharge charge,
        double trueJoules,
        double trueSeconds,
        double beganSeconds) {

    /** How long it took, in nanoseconds. */
    long nanos() {
        return Math.round(millis * 1e6);
    }
}
