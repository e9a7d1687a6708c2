package dev.messplus.inference;

import dev.messplus.energy.EnergyReading;
import dev.messplus.inference.Exchange.Metered;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * What the attempts of one call cost, and how many of them reached no server. Safe for use by
 * several threads.
 */
final class CallAccount {

    private final String model;
    private final ModelStatistics statistics;
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger unreached = new AtomicInteger();
    private final DoubleAdder failedJoules = new DoubleAdder();

    /** The account of a call to {@code model}, which also counts in {@code statistics}. */
    CallAccount(String model, ModelStatistics statistics) {
        this.model = model;
        this.statistics = statistics;
    }

    /** An attempt begins. */
    void begin() {
        attempts.incrementAndGet();
        statistics.calls.increment();
    }

    /** An attempt ended without an answer, after it used {@code joules}. */
    void failed(Throwable failure, double joules) {
        failedJoules.add(joules);
        if (failure instanceof InferenceException e && e.isUnreachable()) {
            unreached.incrementAndGet();
        }
        statistics.failures.increment();
    }

    /** An attempt was answered, but so was its hedge, and before. */
    void discarded(EnergyReading energy) {
        if (energy.known()) {
            failedJoules.add(energy.joules());
        }
    }

    int attempts() {
        return attempts.get();
    }

    /** Attempts that reached a server. */
    int reached() {
        return attempts.get() - unreached.get();
    }

    /** Closes the account with an answer. */
    Answer answered(Metered metered) {
        statistics.answers.increment();
        return answer().completion(metered.completion()).energy(metered.energy()).build();
    }

    /**
     * Closes the account without an answer.
     *
     * @param retryLater whether the model may still answer if it is asked again
     * @param unavailableMillis for how long the model must not be called, in milliseconds
     */
    Answer givenUp(String error, boolean retryLater, long unavailableMillis) {
        return answer().error(error)
                .retryLater(retryLater)
                .unavailableUntilNanos(
                        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(unavailableMillis))
                .build();
    }

    private AnswerBuilder answer() {
        return Answer.from(model)
                .failedJoules(failedJoules.sum())
                .attempts(attempts.get())
                .unreached(unreached.get());
    }
}
