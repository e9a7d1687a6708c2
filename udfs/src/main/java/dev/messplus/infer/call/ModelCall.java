package dev.messplus.infer.call;

import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.admission.NotPermittedException;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.infer.openai.AttemptException;
import dev.messplus.infer.openai.CompletionRequest;
import dev.messplus.record.PromptRequest;
import dev.messplus.sharing.Futures;
import dev.messplus.trace.RequestSpan;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * One call of one model for one request, over all its attempts.
 *
 * <pre>
 *   ATTEMPTING ──▶ ANSWERED
 *    │      ▲
 *    ▼      │
 *    PAUSING
 * </pre>
 *
 * From the first two states a call can become {@code GIVEN_UP}: when its deadline passes, when the
 * job stops, or when an attempt fails and no other follows. {@code ANSWERED} and {@code GIVEN_UP}
 * are final; the thread that enters one of them gives the permit back and completes the answer.
 * Attempts follow one another; deadline and stop can come at any time, on any thread.
 */
public final class ModelCall {

    private static final String STOPPING = ": the job is stopping";

    private enum State {
        ATTEMPTING,
        PAUSING,
        ANSWERED,
        GIVEN_UP;

        boolean isFinal() {
            return this == ANSWERED || this == GIVEN_UP;
        }
    }

    private final CalledModel model;
    private final CallRequest question;
    private final Permit permit;
    private final CallAccount account;
    private final RequestSpan span;
    private final int maxAttempts;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.ATTEMPTING);
    private Deadline deadline;

    /** The attempt in flight; canceled when the call is given up. */
    private volatile Future<?> inFlight;

    private volatile String lastFailure;
    private int failed;
    private CompletionRequest body;

    private ModelCall(CalledModel model, CallRequest question, Permit permit) {
        this.model = model;
        this.question = question;
        this.permit = permit;
        this.account = new CallAccount(model);
        this.span = model.spans().begin(question.request(), server().client().url());
        this.maxAttempts = Math.max(1, model.retries().maxAttempts() - question.attemptsMade());
    }

    /**
     * Calls a model.
     *
     * @param permit is given back when the call ends
     * @return completes by the deadline with an answer, or with the reason why there is none; never
     *     exceptionally
     */
    public static CompletableFuture<Answer> begin(
            CalledModel model, CallRequest question, Permit permit) {
        ModelCall call = new ModelCall(model, question, permit);
        call.deadline = model.deadlines().at(question.deadlineNanos(), call::timeIsUp);
        call.attempt();
        return call.answer;
    }

    /**
     * Calls a model as soon as there is a place for the call.
     *
     * @param place one of {@code places}; the call is not made if it completes exceptionally
     */
    public static CompletableFuture<Answer> begin(
            CalledModel model,
            ModelPlaces places,
            CompletableFuture<Permit> place,
            CallRequest question) {
        return place.handle(
                        (permit, refused) ->
                                refused == null
                                        ? begin(model, question, permit)
                                        : CompletableFuture.completedFuture(
                                                refused(places, refused)))
                .thenCompose(Function.identity());
    }

    /** A model that had no place may be called once the others have failed. */
    private static Answer refused(ModelPlaces places, Throwable refused) {
        return Answer.notAskedYet(places.model(), refused.getMessage(), places.unavailableMillis());
    }

    /** The server that the permit is for. */
    private CalledServer server() {
        return model.servers().get(permit.server());
    }

    private boolean hasOtherServers() {
        return model.servers().size() > 1;
    }

    private void attempt() {
        if (!enter(State.ATTEMPTING)) {
            return;
        }
        Futures.whenComplete(
                CompletableFuture.completedFuture(question.request())
                        .thenComposeAsync(this::send, server().executor()),
                this::attemptEnded);
    }

    private CompletableFuture<Attempt> send(PromptRequest request) {
        if (body == null) {
            body = server().client().body(request);
        }
        long hedgeAfterMillis = model.endpoint().limits().hedgeAfterMillis();
        CompletableFuture<Attempt> sent =
                hedgeAfterMillis == 0
                        ? attempt(permit)
                        : Hedge.race(
                                () -> attempt(permit),
                                this::hedge,
                                late -> account.discarded(late.charge()),
                                hedgeAfterMillis,
                                model.deadlines());
        inFlight = sent;
        if (state.get().isFinal()) {
            sent.cancel(true);
        }
        return sent;
    }

    private CompletableFuture<Attempt> attempt(Permit ofAttempt) {
        if (model.deadlines().isClosed()) {
            // The stop may have freed this place by giving up another call.
            giveUp(" was not called" + STOPPING, CallSpans.CANCELED);
        }
        if (state.get().isFinal()) {
            return CompletableFuture.failedFuture(new CancellationException());
        }
        return new Attempt(model, ofAttempt, account, span, question).send(body);
    }

    private CompletableFuture<Attempt> hedge() {
        Permit beside = permit.beside();
        if (beside == null) {
            return null;
        }
        model.statistics().hedges.increment();
        CompletableFuture<Attempt> second = attempt(beside);
        Futures.whenComplete(second, (ended, failure) -> beside.release());
        return second;
    }

    private void attemptEnded(Attempt ended, Throwable failure) {
        if (failure == null) {
            if (enter(State.ANSWERED)) {
                Answer answered = account.answered(ended, span);
                CallSpans.answered(span, answered);
                end(answered);
            }
            return;
        }
        lastFailure = message(failure);
        long leftMillis =
                TimeUnit.NANOSECONDS.toMillis(question.deadlineNanos() - System.nanoTime());
        OptionalLong pauseMillis =
                model.retries()
                        .pauseMillis(failure, ++failed, maxAttempts, hasOtherServers(), leftMillis);
        if (pauseMillis.isPresent()) {
            pause(pauseMillis.getAsLong());
        } else if (failure instanceof AttemptException e) {
            boolean retryLater = e.isTransient() && (e.isUntried() || mayTry());
            // The pause that one server asks for is none of the others'.
            long retryMillis = hasOtherServers() ? 0 : e.retryAfterMillis();
            giveUp(e.getMessage(), e.errorType(), retryLater, retryMillis);
        } else {
            giveUp(lastFailure, CallSpans.errorType(failure), false, 0);
        }
    }

    /** Nothing cancels a pause: after the end of the call, no attempt follows it. */
    private void pause(long millis) {
        if (enter(State.PAUSING)) {
            long untilTurn = Math.max(millis, permit.takeTurnMillis());
            model.deadlines().in(untilTurn, this::attemptAgain);
        }
    }

    private void attemptAgain() {
        try {
            permit.renew();
        } catch (NotPermittedException e) {
            giveUp(e.getMessage(), CallSpans.NOT_PERMITTED, mayTry(), permit.unavailableMillis());
            return;
        }
        attempt();
    }

    /** Whether the model may try once more. */
    private boolean mayTry() {
        return account.tried() < maxAttempts;
    }

    private void timeIsUp() {
        if (model.deadlines().isClosed()) {
            giveUp(" was not waited for" + STOPPING, CallSpans.CANCELED);
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(question.deadlineNanos() - startNanos);
        String what = account.attempts() == 0 ? " was not called" : " gave no answer";
        String before = lastFailure == null ? "" : "; before that, " + lastFailure;
        // If no model has tried, none has failed the request.
        boolean retryLater = account.tried() == 0;
        giveUp(
                model.id() + what + " within " + millis + " ms" + before,
                CallSpans.TIMEOUT,
                retryLater,
                0);
    }

    private void giveUp(String what, String type) {
        giveUp(model.id() + what, type, false, 0);
    }

    /**
     * Ends the call without an answer.
     *
     * @param error for the sender
     * @param type one of few words, for who counts failures
     */
    private void giveUp(String error, String type, boolean retryLater, long retryAfterMillis) {
        if (!enter(State.GIVEN_UP)) {
            return;
        }
        Future<?> canceled = inFlight;
        if (canceled != null) {
            // First, because this accounts for the attempt and may open the circuit breaker.
            canceled.cancel(true);
        }
        // A server's Retry-After may be wrong: it counts up to the timeout of a request.
        long retryMillis = Math.min(retryAfterMillis, model.config().requestTimeoutMillis());
        long unavailableMillis = Math.max(permit.unavailableMillis(), retryMillis);
        Answer givenUp = account.givenUp(error, retryLater, unavailableMillis);
        CallSpans.failed(span, givenUp, type);
        end(givenUp);
    }

    /** Enters a state, unless the call is in a final one. */
    private boolean enter(State next) {
        return !state.getAndUpdate(now -> now.isFinal() ? now : next).isFinal();
    }

    private void end(Answer result) {
        Deadline pending = deadline;
        if (pending != null) {
            pending.cancel();
        }
        permit.release();
        answer.complete(result);
    }

    private String message(Throwable failure) {
        return failure instanceof AttemptException
                ? failure.getMessage()
                : model.endpoint().redact(model.id() + " could not be called: " + failure);
    }
}
