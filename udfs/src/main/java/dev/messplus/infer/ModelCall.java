package dev.messplus.infer;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.infer.Exchange.Metered;
import dev.messplus.record.PromptRequest;
import dev.messplus.trace.RequestSpan;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * One call to one model for one request, over all its attempts.
 *
 * <pre>
 *   WAITING_FOR_PERMIT ──▶ CALLING ──▶ ANSWERED
 *           ▲                 │
 *           └──── PAUSING ◀───┘
 * </pre>
 *
 * From the first three states a call can become {@code GIVEN_UP}: when its deadline passes, when
 * the job stops, or when an attempt fails and is not retried. {@code ANSWERED} and {@code GIVEN_UP}
 * are final; the thread that enters one of them completes the answer. Attempts follow one another;
 * deadline and stop can come at any time, on any thread.
 */
final class ModelCall {

    private static final String STOPPING = ": the job is stopping";

    /** Types of failures for which no server is to blame. */
    private static final String TIMEOUT = "timeout";

    private static final String CANCELED = "canceled";

    /** What the call waits for. */
    private enum State {
        WAITING_FOR_PERMIT,
        CALLING,
        PAUSING,
        ANSWERED,
        GIVEN_UP;

        boolean isFinal() {
            return this == ANSWERED || this == GIVEN_UP;
        }
    }

    private final ModelResources resources;
    private final PromptRequest request;
    private final CallDeadline deadline;
    private final BooleanSupplier stopping;
    private final CallAccount account;
    private final int maxAttempts;
    private final CallRetry retry;
    private final RequestSpan span;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING_FOR_PERMIT);

    /** What the state waits for; canceled when the call is given up. */
    private volatile Future<?> pending;

    private volatile String lastFailure;
    private boolean hasTurn;
    private byte[] body;

    /**
     * A call that has not begun.
     *
     * @param stopping whether the job is stopping: then no attempt is made
     */
    ModelCall(ModelResources resources, Question question, BooleanSupplier stopping) {
        InferenceConfig config = resources.config();
        this.resources = resources;
        this.request = question.request();
        this.hasTurn = question.hasTurn();
        this.deadline = new CallDeadline(question.deadlineNanos());
        this.stopping = stopping;
        this.account = new CallAccount(resources.id(), resources.statistics());
        this.maxAttempts = Math.max(1, config.maxAttempts() - question.attemptsMade());
        this.retry = new CallRetry(resources.id(), maxAttempts, resources.backoff(), deadline);
        this.span = resources.spans().begin(request);
    }

    /** Completes with the result of the call, never exceptionally. */
    CompletableFuture<Answer> answer() {
        return answer;
    }

    /** Begins the call. */
    void start() {
        if (stopping.getAsBoolean()) {
            // The stop may have come before this call could be found and given up.
            giveUp(resources.id() + " was not asked" + STOPPING, CANCELED);
        }
        attempt();
    }

    /** Gives the call up if its deadline has passed by {@code nanos} of the clock. */
    void expireIfDue(long nanos) {
        if (deadline.hasPassedBy(nanos)) {
            expire();
        }
    }

    /** Gives the call up because the job is stopping. */
    void stop() {
        giveUp(resources.id() + " was not waited for" + STOPPING, CANCELED);
    }

    private void attempt() {
        if (!enter(State.WAITING_FOR_PERMIT)) {
            return;
        }
        ModelGate gate = resources.gate();
        CompletableFuture<ModelGate.Permit> permit =
                hasTurn ? gate.acquireInTurn() : gate.acquire();
        hasTurn = false;
        waitFor(permit);
        CompletableFuture<Metered> unused =
                permit.thenCompose(this::sendOnExecutor).whenComplete(this::attemptEnded);
    }

    private CompletableFuture<Metered> sendOnExecutor(ModelGate.Permit permit) {
        return CompletableFuture.completedFuture(permit)
                .thenComposeAsync(this::send, resources.executor())
                .whenComplete(
                        (metered, failure) -> {
                            if (failure != null) {
                                // Returns a permit that no exchange used; no effect otherwise.
                                permit.failed(Exchange.unwrapped(failure));
                            }
                        });
    }

    private CompletableFuture<Metered> send(ModelGate.Permit permit) {
        try {
            if (body == null) {
                body = ChatJson.request(resources.endpoint().model(), request);
            }
        } catch (IOException e) {
            throw InferenceException.ofRequest(
                    resources.id() + " was not called: params must be a JSON object");
        }
        long hedgeAfterMillis = resources.endpoint().limits().hedgeAfterMillis();
        CompletableFuture<Metered> exchange =
                hedgeAfterMillis == 0
                        ? exchange(permit)
                        : Hedge.race(
                                () -> exchange(permit),
                                this::hedge,
                                late -> account.discarded(late.charge()),
                                hedgeAfterMillis,
                                resources.timer());
        waitFor(exchange);
        return exchange;
    }

    private CompletableFuture<Metered> hedge() {
        ModelGate.Permit permit = resources.gate().tryAcquire();
        if (permit == null) {
            return null;
        }
        resources.statistics().hedges.increment();
        return exchange(permit);
    }

    private CompletableFuture<Metered> exchange(ModelGate.Permit permit) {
        if (stopping.getAsBoolean()) {
            // The stop may have released this permit by giving up another call.
            giveUp(resources.id() + " was not called" + STOPPING, CANCELED);
        }
        if (!enter(State.CALLING)) {
            CancellationException canceled = new CancellationException();
            permit.failed(canceled);
            return CompletableFuture.failedFuture(canceled);
        }
        account.begin();
        return new Exchange(permit, resources.meter().begin(request.promptLength()), new Attempt())
                .start(() -> resources.client().post(body, span.headers(request.headers())));
    }

    /** An attempt that begins now. */
    private final class Attempt implements Exchange.Attempt {

        private final long startNanos = System.nanoTime();

        @Override
        public void answered() {
            resources.answeredAfter(System.nanoTime() - startNanos);
        }

        @Override
        public void failed(Throwable failure, EnergyCharge charge) {
            account.failed(failure, charge);
            CallSpans.attemptFailed(span, failure);
        }

        @Override
        public Throwable cancellation() {
            return deadline.hasPassed()
                            && resources.latency().unanswered(System.nanoTime() - startNanos)
                    ? InferenceException.permanent(resources.id() + " gave no answer in time")
                            .ofType(TIMEOUT)
                    : new CancellationException();
        }
    }

    private void attemptEnded(Metered metered, Throwable failure) {
        if (failure == null) {
            if (enter(State.ANSWERED)) {
                Answer answered = account.answered(metered, span);
                CallSpans.answered(span, answered);
                answer.complete(answered);
            }
            return;
        }
        Throwable cause = Exchange.unwrapped(failure);
        lastFailure = message(cause);
        OptionalLong pauseMillis = retry.pauseMillis(cause);
        if (pauseMillis.isPresent()) {
            pause(pauseMillis.getAsLong());
        } else if (cause instanceof InferenceException e) {
            boolean retryLater = e.isTransient() && account.reached() < maxAttempts;
            giveUp(new Reason(message(e), e.errorType()), retryLater, e.retryAfterMillis());
        } else {
            giveUp(message(cause), CallSpans.errorType(cause));
        }
    }

    private void pause(long millis) {
        if (!enter(State.PAUSING)) {
            return;
        }
        CompletableFuture<Void> pause = new CompletableFuture<>();
        // Before it can end: the next attempt notes what it waits for itself.
        waitFor(pause);
        CompletableFuture<Void> unusedNext = pause.thenRun(this::attempt);
        Future<?> end =
                resources
                        .timer()
                        .schedule(() -> pause.complete(null), millis, TimeUnit.MILLISECONDS);
        CompletableFuture<Void> unusedEnd =
                pause.whenComplete((over, canceled) -> end.cancel(false));
    }

    private void expire() {
        CallLimits limits = resources.endpoint().limits();
        String what =
                account.attempts() == 0
                        ? " had no call to spare (of this subtask: maxInFlight=%d, callsPerSecond=%d) for %d ms"
                                .formatted(
                                        limits.maxInFlight(),
                                        limits.callsPerSecond(),
                                        deadline.totalMillis())
                        : " gave no answer within %d ms".formatted(deadline.totalMillis());
        String before = lastFailure == null ? "" : "; before that, " + lastFailure;
        giveUp(resources.id() + what + before, TIMEOUT);
    }

    /**
     * Why a call brought no answer.
     *
     * @param error for the sender
     * @param type one of few words, for who counts failures
     */
    private record Reason(String error, String type) {}

    private void giveUp(String error, String type) {
        giveUp(new Reason(error, type), false, 0);
    }

    private void giveUp(Reason reason, boolean retryLater, long retryAfterMillis) {
        if (!enter(State.GIVEN_UP)) {
            return;
        }
        Future<?> canceled = pending;
        if (canceled != null) {
            // First, because this accounts for the attempt and may open the circuit breaker.
            canceled.cancel(true);
        }
        // A server's Retry-After may be wrong: it counts up to the timeout of a request.
        long retryMillis = Math.min(retryAfterMillis, resources.config().requestTimeoutMillis());
        long unavailableMillis = Math.max(resources.gate().unavailableMillis(), retryMillis);
        Answer givenUp = account.givenUp(reason.error(), retryLater, unavailableMillis);
        CallSpans.failed(span, givenUp, reason.type());
        answer.complete(givenUp);
    }

    /** Enters a state, unless the call is in a final one. */
    private boolean enter(State next) {
        return !state.getAndUpdate(now -> now.isFinal() ? now : next).isFinal();
    }

    /** Notes what to cancel when the call is given up, and cancels it if that has happened. */
    private void waitFor(Future<?> step) {
        pending = step;
        if (state.get().isFinal()) {
            step.cancel(true);
        }
    }

    private String message(Throwable failure) {
        return failure instanceof InferenceException
                ? failure.getMessage()
                : resources.endpoint().redact(resources.id() + " could not be called: " + failure);
    }
}
