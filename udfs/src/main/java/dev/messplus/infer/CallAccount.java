package dev.messplus.infer;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.infer.Exchange.Metered;
import dev.messplus.trace.RequestSpan;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the attempts of one call cost, and how many of them reached no server. Safe for use by
 * several threads.
 */
final class CallAccount {

    private final String model;
    private final ModelStatistics statistics;
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger unreached = new AtomicInteger();
    private final Queue<EnergyCharge> failed = new ConcurrentLinkedQueue<>();

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

    /**
     * An attempt ended without an answer.
     *
     * @param charge the energy that it used; {@code null} if it reached no server
     */
    void failed(Throwable failure, EnergyCharge charge) {
        if (charge != null) {
            failed.add(charge);
        }
        if (failure instanceof InferenceException e && e.isUnreachable()) {
            unreached.incrementAndGet();
        }
        statistics.failures.increment();
    }

    /** An attempt was answered, but so was its hedge, and before. */
    void discarded(EnergyCharge charge) {
        failed.add(charge);
    }

    int attempts() {
        return attempts.get();
    }

    /** Attempts that reached a server. */
    int reached() {
        return attempts.get() - unreached.get();
    }

    /**
     * Closes the account with an answer.
     *
     * @param span of the call
     */
    Answer answered(Metered metered, RequestSpan span) {
        statistics.answers.increment();
        return answer().span(span)
                .completion(metered.completion())
                .charge(metered.charge())
                .energy(metered.charge().reading())
                .build();
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
                .failed(failed.isEmpty() ? FailedEnergy.NONE : FailedEnergy.of(List.copyOf(failed)))
                .attempts(attempts.get())
                .unreached(unreached.get());
    }
}
