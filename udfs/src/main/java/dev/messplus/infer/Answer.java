package dev.messplus.infer;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyReading;
import dev.messplus.trace.RequestSpan;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.concurrent.TimeUnit;

/**
 * The result of asking one model for one request: a completion, or an error.
 *
 * @param model id of the model
 * @param completion the model's answer; {@code null} if it gave none
 * @param charge what the answer is charged; {@code null} without one
 * @param energy energy of the answer as it was known when it was told; {@code null} without one
 * @param provisional whether the meter will tell the energy better later
 * @param assumed whether {@code energy} is the router's own estimate because none was measured
 * @param failed energy of calls that returned no answer
 * @param score accuracy of the answer in [0, 1]; {@code NaN} if unknown
 * @param attempts calls that were made
 * @param unreached how many of the attempts reached no server
 * @param unavailableUntilNanos when the model may be called again, on the clock of {@link
 *     System#nanoTime}
 * @param retryLater whether the model may still answer if it is asked again after the others
 * @param error why the model gave no answer, with its id; {@code null} if it gave one
 * @param span the call that was answered, which ends once its energy is known
 */
@RecordBuilder
record Answer(
        String model,
        Completion completion,
        EnergyCharge charge,
        EnergyReading energy,
        boolean provisional,
        boolean assumed,
        FailedEnergy failed,
        double score,
        int attempts,
        int unreached,
        long unavailableUntilNanos,
        boolean retryLater,
        String error,
        RequestSpan span) {

    /** A builder for an answer of {@code model} without a score, which may be called now. */
    static AnswerBuilder from(String model) {
        return AnswerBuilder.builder()
                .model(model)
                .failed(FailedEnergy.NONE)
                .span(RequestSpan.NONE)
                .score(Double.NaN)
                .unavailableUntilNanos(System.nanoTime());
    }

    /** An answer without any call. */
    static Answer notAsked(String model, String error) {
        return from(model).error(error).build();
    }

    Answer withScore(double accuracy) {
        return AnswerBuilder.builder(this).score(accuracy).build();
    }

    /** How long to wait for the meter, in milliseconds; 0 if it is not worth it. */
    long waitMillis() {
        return ok() ? charge.waitMillis() : 0;
    }

    /** A copy with the energy that is known now. */
    Answer metered() {
        AnswerBuilder copy = AnswerBuilder.builder(this).failed(failed.now());
        if (ok()) {
            boolean settled = charge.settled().isDone();
            copy.energy(settled ? charge.settled().join() : charge.reading()).provisional(!settled);
        }
        return copy.build();
    }

    /** A copy whose energy is assumed to be {@code joules}. */
    Answer assuming(double joules) {
        return AnswerBuilder.builder(this).energy(energy.assuming(joules)).assumed(true).build();
    }

    /** A copy that also accounts for the calls of an earlier answer. */
    Answer after(Answer earlier) {
        return AnswerBuilder.builder(this)
                .failed(failed.plus(earlier.failed))
                .attempts(attempts + earlier.attempts)
                .unreached(unreached + earlier.unreached)
                .build();
    }

    /** For how long from now the model must not be called, in milliseconds; 0 if it may be. */
    long unavailableMillis() {
        return Math.max(
                0, TimeUnit.NANOSECONDS.toMillis(unavailableUntilNanos - System.nanoTime()));
    }

    /** Calls that reached a server. */
    int reached() {
        return attempts - unreached;
    }

    boolean ok() {
        return completion != null;
    }

    /** Energy of the answer in joules; {@code NaN} if unknown. */
    double joules() {
        return ok() ? energy.joules() : Double.NaN;
    }
}
