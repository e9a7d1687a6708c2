package dev.messplus.infer.call;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.Usage;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.infer.openai.AttemptException;
import dev.messplus.infer.openai.Completion;
import dev.messplus.infer.openai.CompletionRequest;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.ServerWork;
import dev.messplus.sharing.Futures;
import dev.messplus.trace.RequestSpan;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One attempt of a call: a single HTTP exchange with a model's server. It completes with itself,
 * once it has its completion, or with the failure.
 *
 * <p>It begins and ends exactly once on the energy meter, in the account of its call and for the
 * circuit breaker. Canceling it ends all three at once; closing the connection may take longer.
 */
final class Attempt extends CompletableFuture<Attempt> {

    /**
     * No attempt is given up before, however fast the model was until now: servers pause for some
     * seconds, often several at once, to load a model, collect garbage or move a cache.
     */
    private static final long MIN_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CalledModel model;
    private final Permit permit;
    private final CallAccount account;
    private final RequestSpan span;
    private final CallRequest question;
    private final long startNanos = System.nanoTime();
    private final long limitNanos;

    /** Whether that is before the deadline of its call. */
    private final boolean endsEarly;

    /** After this time, it is given up. */
    private final long timeNanos;

    private final AtomicBoolean ended = new AtomicBoolean();
    private EnergyMeter.Span metered;
    private volatile Deadline limit;
    private volatile CompletableFuture<Completion> http;
    private Completion completion;
    private ServerWork work = ServerWork.UNKNOWN;
    private EnergyCharge charge;

    /**
     * An attempt that begins now.
     *
     * @param span of the call
     */
    Attempt(
            CalledModel model,
            Permit permit,
            CallAccount account,
            RequestSpan span,
            CallRequest question) {
        this.model = model;
        this.permit = permit;
        this.account = account;
        this.span = span;
        this.question = question;
        limitNanos = model.latency().limitNanos(question.request().maxTokens());
        long leftNanos = question.deadlineNanos() - startNanos;
        long patienceNanos = Math.max(limitNanos, MIN_PATIENCE_NANOS);
        endsEarly = question.othersMayAnswer() && patienceNanos < leftNanos;
        timeNanos = endsEarly ? patienceNanos : leftNanos;
    }

    /** Sends the request, whose body this is. */
    Attempt send(CompletionRequest body) {
        PromptRequest request = question.request();
        account.begin();
        model.latency().asked();
        metered = model.meter().begin(request.promptLength());
        try {
            http =
                    model.servers()
                            .get(permit.server())
                            .client()
                            .post(body, span.headers(request.headers()));
        } catch (RuntimeException | Error e) {
            failed(e);
            return this;
        }
        Futures.whenComplete(
                http,
                (answer, failure) -> {
                    if (failure == null) {
                        answered(answer);
                    } else {
                        failed(failure);
                    }
                });
        if (endsEarly) {
            limit = model.deadlines().at(startNanos + timeNanos, this::timeIsUp);
            if (ended.get()) {
                limit.cancel();
            }
        }
        return this;
    }

    /** No answer is to be expected any more, before the deadline of the call. */
    private void timeIsUp() {
        // If the job stops, the call is given up.
        if (!model.deadlines().isClosed()) {
            cancel(true);
        }
    }

    /** What the server answered; once this has completed. */
    Completion completion() {
        return completion;
    }

    /** How the server worked on it; once this has completed. */
    ServerWork work() {
        return work;
    }

    /** The energy of the answer; once this has completed. */
    EnergyCharge charge() {
        return charge;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        if (ended.compareAndSet(false, true)) {
            model.latency().ended(false);
            fail(cancellation());
        }
        if (http != null) {
            http.cancel(true);
        }
        return isCompletedExceptionally();
    }

    private Throwable cancellation() {
        long givenNanos = System.nanoTime() - startNanos;
        if (givenNanos < timeNanos) {
            return new CancellationException();
        }
        model.latency().unanswered(givenNanos);
        if (!model.latency().blames(givenNanos, limitNanos)) {
            return new CancellationException();
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(givenNanos);
        return AttemptException.permanent(model.id() + " gave no answer within " + millis + " ms")
                .ofType(CallSpans.TIMEOUT);
    }

    private void answered(Completion answer) {
        if (ended.compareAndSet(false, true)) {
            long nanos = System.nanoTime() - startNanos;
            dropLimit();
            double tokens = tokens(answer.usage());
            double workSeconds = answer.usage().workSeconds();
            model.answeredAfter(nanos, tokens, answer);
            permit.answered(nanos, workSeconds, tokens);
            completion = answer;
            work =
                    new ServerWork(
                            permit.workSeconds(nanos, workSeconds),
                            permit.concurrency(),
                            !model.meter().followsLoad(),
                            question.request().prefixShare(model.id()),
                            answer.truncated());
            charge = metered.answered(answer.usage());
            complete(this);
        }
    }

    private void dropLimit() {
        Deadline pending = limit;
        if (pending != null) {
            pending.cancel();
        }
    }

    private static double tokens(Usage usage) {
        return usage.completionTokens() == null ? Double.NaN : usage.completionTokens();
    }

    private void failed(Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            model.latency().ended(true);
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        dropLimit();
        account.failed(failure, failedCharge(failure));
        CallSpans.attemptFailed(span, failure);
        if (failure instanceof AttemptException e && e.isOverload()) {
            permit.refused();
        }
        if (failure instanceof AttemptException e && e.blamesServer()) {
            // Not the whole message: it may quote what another tenant asked.
            permit.failed(
                    System.nanoTime() - startNanos, "calls fail with " + CallSpans.errorType(e));
        } else {
            permit.unused();
        }
        completeExceptionally(failure);
    }

    private EnergyCharge failedCharge(Throwable failure) {
        if (failure instanceof AttemptException e && e.isUnreachable()) {
            metered.unreached();
            return null;
        }
        return metered.failed();
    }
}
