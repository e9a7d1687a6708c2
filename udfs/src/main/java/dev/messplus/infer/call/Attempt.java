package dev.messplus.infer.call;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.Usage;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.openai.AttemptException;
import dev.messplus.infer.openai.Completion;
import dev.messplus.infer.openai.CompletionRequest;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.ServerWork;
import dev.messplus.sharing.Futures;
import dev.messplus.trace.RequestSpan;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One attempt of a call: a single HTTP exchange with a model's server. It completes with itself,
 * once it has its completion, or with the failure.
 *
 * <p>It begins and ends exactly once on the energy meter, in the account of its call and for the
 * circuit breaker. Canceling it ends all three at once; closing the connection may take longer.
 */
final class Attempt extends CompletableFuture<Attempt> {

    private static final double NANOS_PER_SECOND = 1e9;

    private final CalledModel model;
    private final Permit permit;
    private final CallAccount account;
    private final RequestSpan span;
    private final long deadlineNanos;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private EnergyMeter.Span metered;
    private volatile CompletableFuture<Completion> http;
    private Completion completion;
    private ServerWork work = ServerWork.UNKNOWN;
    private EnergyCharge charge;

    /**
     * An attempt that begins now.
     *
     * @param span of the call
     * @param deadlineNanos of the call, on the clock of {@link System#nanoTime}
     */
    Attempt(
            CalledModel model,
            Permit permit,
            CallAccount account,
            RequestSpan span,
            long deadlineNanos) {
        this.model = model;
        this.permit = permit;
        this.account = account;
        this.span = span;
        this.deadlineNanos = deadlineNanos;
    }

    /** Sends a request, whose body this is. */
    Attempt send(CompletionRequest body, PromptRequest request) {
        account.begin();
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
        return this;
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
        failed(cancellation());
        if (http != null) {
            http.cancel(true);
        }
        return isCompletedExceptionally();
    }

    private Throwable cancellation() {
        boolean outOfTime = deadlineNanos - System.nanoTime() <= 0;
        return outOfTime && model.latency().unanswered(System.nanoTime() - startNanos)
                ? AttemptException.permanent(model.id() + " gave no answer in time")
                        .ofType(CallSpans.TIMEOUT)
                : new CancellationException();
    }

    private void answered(Completion answer) {
        if (ended.compareAndSet(false, true)) {
            long nanos = System.nanoTime() - startNanos;
            double concurrency = model.meter().followsLoad() ? permit.concurrency() : Double.NaN;
            model.answeredAfter(nanos, answer.usage().workSeconds());
            permit.answered(nanos, answer.usage().workSeconds(), tokens(answer.usage()));
            completion = answer;
            double seconds = answer.usage().workSeconds();
            work =
                    new ServerWork(
                            Double.isNaN(seconds) ? nanos / NANOS_PER_SECOND : seconds,
                            concurrency,
                            "length".equals(answer.output().finishReason()));
            charge = metered.answered(answer.usage());
            complete(this);
        }
    }

    private static double tokens(Usage usage) {
        return usage.completionTokens() == null ? Double.NaN : usage.completionTokens();
    }

    private void failed(Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            account.failed(failure, failedCharge(failure));
            CallSpans.attemptFailed(span, failure);
            if (failure instanceof AttemptException e && e.isOverload()) {
                permit.refused();
            }
            if (failure instanceof AttemptException e && e.blamesServer()) {
                // Not the whole message: it may quote what another tenant asked.
                permit.failed(
                        System.nanoTime() - startNanos,
                        "calls fail with " + CallSpans.errorType(e));
            } else {
                permit.unused();
            }
            completeExceptionally(failure);
        }
    }

    private EnergyCharge failedCharge(Throwable failure) {
        if (failure instanceof AttemptException e && e.isUnreachable()) {
            metered.unreached();
            return null;
        }
        return metered.failed();
    }
}
