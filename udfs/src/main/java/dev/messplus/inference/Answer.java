package dev.messplus.inference;

import dev.messplus.energy.EnergyReading;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.concurrent.TimeUnit;

/**
 * What came of asking one model for one request.
 *
 * @param model id of the model
 * @param completion its answer; {@code null} when it gave none
 * @param energy what the answer cost; {@code null} without one
 * @param assumed whether that is the router's own estimate, for want of a measurement
 * @param failedJoules what calls cost that brought no answer, as far as it is known
 * @param score accuracy of the answer in [0, 1]; {@code NaN} when unknown
 * @param attempts calls that were made
 * @param unreached how many of them found nobody
 * @param untilNanos until when the model is to be left alone, on the clock of {@link
 *     System#nanoTime}
 * @param askAgain whether the model may answer yet if it is asked once more, after others
 * @param error why it gave no answer, naming the model; {@code null} when it did
 */
@RecordBuilder
record Answer(
        String model,
        Completion completion,
        EnergyReading energy,
        boolean assumed,
        double failedJoules,
        double score,
        int attempts,
        int unreached,
        long untilNanos,
        boolean askAgain,
        String error) {

    static Answer of(
            String model,
            Completion completion,
            EnergyReading energy,
            double failedJoules,
            int attempts,
            int unreached) {
        return new Answer(
                model,
                completion,
                energy,
                false,
                failedJoules,
                Double.NaN,
                attempts,
                unreached,
                System.nanoTime(),
                false,
                null);
    }

    static Answer failed(
            String model,
            double failedJoules,
            int attempts,
            int unreached,
            long unavailableMillis,
            boolean askAgain,
            String error) {
        return new Answer(
                model,
                null,
                null,
                false,
                failedJoules,
                Double.NaN,
                attempts,
                unreached,
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(unavailableMillis),
                askAgain,
                error);
    }

    /** No call was made. */
    static Answer notAsked(String model, String error) {
        return failed(model, 0, 0, 0, 0, false, error);
    }

    Answer withScore(double accuracy) {
        return new Answer(
                model,
                completion,
                energy,
                assumed,
                failedJoules,
                accuracy,
                attempts,
                unreached,
                untilNanos,
                askAgain,
                error);
    }

    /** The same at an assumed price. */
    Answer assuming(double joules) {
        return new Answer(
                model,
                completion,
                energy.assuming(joules),
                true,
                failedJoules,
                score,
                attempts,
                unreached,
                untilNanos,
                askAgain,
                error);
    }

    /** This, with the calls made before it. */
    Answer after(Answer earlier) {
        return new Answer(
                model,
                completion,
                energy,
                assumed,
                failedJoules + earlier.failedJoules,
                score,
                attempts + earlier.attempts,
                unreached + earlier.unreached,
                untilNanos,
                askAgain,
                error);
    }

    /** How long the model is to be left alone from now on; 0 when it may be asked again. */
    long unavailableMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime()));
    }

    /** Calls that somebody was there to take. */
    int reached() {
        return attempts - unreached;
    }

    boolean ok() {
        return completion != null;
    }

    /** Joules of the answer; {@code NaN} when they could not be told. */
    double joules() {
        return ok() ? energy.joules() : Double.NaN;
    }
}
