package dev.messplus.infer.call;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.infer.charge.CallCharge;
import dev.messplus.infer.charge.CallEnergy;
import dev.messplus.infer.openai.Completion;
import dev.messplus.record.ServerWork;
import dev.messplus.trace.RequestSpan;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The end of one model's call for one request: a completion, or an error.
 *
 * @param model id of the model
 * @param completion what the model answered; {@code null} if it did not
 * @param work how the server worked on it
 * @param charge what the call is charged
 * @param energy energy of the call as the records state it; {@link CallEnergy#NONE} before that
 * @param score accuracy of the answer in [0, 1]; {@code NaN} if unknown
 * @param scoringCharges what the model calls that scored the answer are charged; {@code null} in a
 *     constructor stands for none
 * @param attempts attempts that were made
 * @param untried how many of them reached no server, or one that had too many calls
 * @param unavailableUntilNanos when the model may be called again, on the clock of {@link
 *     System#nanoTime}
 * @param retryLater whether the model may still answer if it is asked again after the others
 * @param error why the model did not answer, with its id; {@code null} if it did
 * @param span the span of the call, which ends once its energy is known
 */
@RecordBuilder
public record Answer(
        String model,
        Completion completion,
        ServerWork work,
        CallCharge charge,
        CallEnergy energy,
        double score,
        List<EnergyCharge> scoringCharges,
        int attempts,
        int untried,
        long unavailableUntilNanos,
        boolean retryLater,
        String error,
        RequestSpan span) {

    public Answer {
        scoringCharges = scoringCharges == null ? List.of() : scoringCharges;
    }

    /** A builder for an answer of {@code model} without a score, which may be called now. */
    static AnswerBuilder from(String model) {
        return AnswerBuilder.builder()
                .model(model)
                .work(ServerWork.UNKNOWN)
                .charge(CallCharge.NONE)
                .energy(CallEnergy.NONE)
                .span(RequestSpan.NONE)
                .score(Double.NaN)
                .unavailableUntilNanos(System.nanoTime());
    }

    /** The end of a call that never began. */
    public static Answer notAsked(String model, String error) {
        return from(model).error(error).build();
    }

    /**
     * The same of a model that may be asked again.
     *
     * @param unavailableMillis for how long it must not be called, in milliseconds
     */
    public static Answer notAskedYet(String model, String error, long unavailableMillis) {
        return from(model)
                .error(error)
                .retryLater(true)
                .unavailableUntilNanos(nanosAfter(unavailableMillis))
                .build();
    }

    /** The time in {@code millis} milliseconds, on the clock of {@link System#nanoTime}. */
    static long nanosAfter(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /**
     * A copy that a scorer has looked at.
     *
     * @param accuracy its score, in [0, 1]; {@code NaN} if it gave none
     * @param charges what the model calls of the scorer are charged
     */
    public Answer scored(double accuracy, List<EnergyCharge> charges) {
        return Double.isNaN(accuracy) && charges.isEmpty()
                ? this
                : AnswerBuilder.builder(this).score(accuracy).scoringCharges(charges).build();
    }

    /** A copy with the energy that is known now. */
    public Answer metered() {
        return AnswerBuilder.builder(this).energy(charge.now()).build();
    }

    /** A copy whose energy is assumed to be {@code joules}. */
    public Answer assuming(double joules) {
        return AnswerBuilder.builder(this).energy(energy.assuming(joules)).build();
    }

    /** A copy that also accounts for the attempts of an earlier call. */
    public Answer after(Answer earlier) {
        return AnswerBuilder.builder(this)
                .charge(charge.after(earlier.charge))
                .attempts(attempts + earlier.attempts)
                .untried(untried + earlier.untried)
                .build();
    }

    /** For how long from now the model must not be called, in milliseconds; 0 if it may be. */
    public long unavailableMillis() {
        return Math.max(
                0, TimeUnit.NANOSECONDS.toMillis(unavailableUntilNanos - System.nanoTime()));
    }

    /** Attempts that the model has tried: others do not count in {@code maxAttempts}. */
    public int tried() {
        return attempts - untried;
    }

    /** Whether the model answered, and its answer was cut: it would have been longer. */
    public boolean truncated() {
        return ok() && completion.truncated();
    }

    /** Whether the model answered. */
    public boolean ok() {
        return completion != null;
    }
}
