package dev.messplus.infer.call;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.infer.charge.CallCharge;
import dev.messplus.infer.openai.AttemptException;
import dev.messplus.trace.RequestSpan;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the attempts of one call cost, and how many of them no model tried. Safe for use by several
 * threads.
 */
final class CallAccount {

    private final CalledModel model;
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger untried = new AtomicInteger();
    private final Queue<EnergyCharge> failed = new ConcurrentLinkedQueue<>();

    /** The account of a call, which also counts in the statistics of its model. */
    CallAccount(CalledModel model) {
        this.model = model;
    }

    /** An attempt begins. */
    void begin() {
        attempts.incrementAndGet();
        model.statistics().attempts.increment();
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
        if (failure instanceof AttemptException e && e.isUntried()) {
            untried.incrementAndGet();
        }
        model.statistics().failedAttempts.add(CallSpans.errorType(failure));
    }

    /** An attempt was answered, but so was its hedge, and before. */
    void discarded(EnergyCharge charge) {
        failed.add(charge);
    }

    int attempts() {
        return attempts.get();
    }

    /** Attempts that a model has tried. */
    int tried() {
        return attempts.get() - untried.get();
    }

    /**
     * Closes the account with an answer.
     *
     * @param span of the call
     */
    Answer answered(Attempt attempt, RequestSpan span) {
        model.statistics().answers.increment();
        return answer(attempt.charge())
                .completion(attempt.completion())
                .work(attempt.work())
                .span(span)
                .build();
    }

    /**
     * Closes the account without an answer.
     *
     * @param retryLater whether the model may still answer if it is asked again
     * @param unavailableMillis for how long the model must not be called, in milliseconds
     */
    Answer givenUp(String error, boolean retryLater, long unavailableMillis) {
        return answer(null)
                .error(error)
                .retryLater(retryLater)
                .unavailableUntilNanos(Answer.nanosAfter(unavailableMillis))
                .build();
    }

    private AnswerBuilder answer(EnergyCharge answered) {
        CallCharge charge =
                answered == null && failed.isEmpty()
                        ? CallCharge.NONE
                        : new CallCharge(answered, List.copyOf(failed));
        return Answer.from(model.id())
                .charge(charge)
                .attempts(attempts.get())
                .untried(untried.get());
    }
}
