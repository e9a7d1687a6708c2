package dev.messplus.inference;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.record.PromptRequest;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks one model: waits for a free slot, calls, pauses, calls again, all within a deadline. */
final class ModelCaller implements AutoCloseable {

    private static final double BACKOFF_FACTOR = 2;
    private static final double BACKOFF_JITTER = 0.5;

    private final ModelEndpoint endpoint;
    private final ChatClient client;
    private final Slots slots;
    private final EnergyMeter meter;
    private final int maxAttempts;
    private final IntervalFunction backoff;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final Set<Call> inFlight = ConcurrentHashMap.newKeySet();

    /**
     * A caller of one model.
     *
     * @param executor where requests are built and sent
     * @param timer where deadlines and pauses end
     */
    ModelCaller(
            ModelEndpoint endpoint,
            ChatClient client,
            InferenceConfig config,
            Executor executor,
            ScheduledExecutorService timer) {
        this.endpoint = endpoint;
        this.client = client;
        this.slots = new Slots(endpoint.maxInFlight());
        this.meter = EnergyMeter.of(endpoint.energy());
        this.maxAttempts = config.maxAttempts();
        this.backoff =
                IntervalFunction.ofExponentialRandomBackoff(
                        config.backoffInitialMillis(),
                        BACKOFF_FACTOR,
                        BACKOFF_JITTER,
                        config.backoffMaxMillis());
        this.executor = executor;
        this.timer = timer;
    }

    /**
     * Asks the model.
     *
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by then, with an answer or with the reason why there is none; never
     *     exceptionally
     */
    CompletableFuture<Answer> ask(PromptRequest request, long deadlineNanos) {
        return new Call(request, deadlineNanos).start();
    }

    /** Ends the calls in flight. */
    @Override
    public void close() {
        for (Call call : inFlight) {
            call.end(endpoint.id() + " was not waited for: the job is stopping");
        }
    }

    /** The life of one question to the model. */
    private final class Call {

        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final PromptRequest request;
        private final long startNanos = System.nanoTime();
        private final long deadlineNanos;
        private final AtomicInteger attempts = new AtomicInteger();
        private volatile String lastFailure;
        private volatile Future<?> waitingFor;
        private byte[] body;

        Call(PromptRequest request, long deadlineNanos) {
            this.request = request;
            this.deadlineNanos = deadlineNanos;
        }

        CompletableFuture<Answer> start() {
            long left = deadlineNanos - startNanos;
            Future<?> expiry = timer.schedule(this::expire, left, TimeUnit.NANOSECONDS);
            inFlight.add(this);
            // Configured per call, for a pause must fit into what is left of the call's deadline.
            RetryConfig config =
                    RetryConfig.<Completion>custom()
                            .maxAttempts(maxAttempts)
                            .retryOnException(ModelCaller::retryable)
                            .intervalBiFunction(this::pauseMillis)
                            .build();
            Retry.of(endpoint.id(), config)
                    .executeCompletionStage(timer, this::attempt)
                    .whenComplete(this::finish);
            return answer.whenComplete(
                    (done, impossible) -> {
                        inFlight.remove(this);
                        expiry.cancel(false);
                    });
        }

        private CompletionStage<Completion> attempt() {
            CompletableFuture<Void> turn = slots.acquire();
            await(turn);
            return turn.thenComposeAsync(slot -> send(), executor)
                    .whenComplete(
                            (completion, failure) -> {
                                if (failure != null) {
                                    lastFailure = message(failure);
                                }
                            });
        }

        /** Runs with a slot taken, and gives it back when the exchange is over. */
        private CompletableFuture<Completion> send() {
            CompletableFuture<Completion> exchange;
            try {
                exchange = post();
            } catch (RuntimeException e) {
                slots.release();
                throw e;
            }
            return exchange.whenComplete((completion, failure) -> slots.release());
        }

        private CompletableFuture<Completion> post() {
            if (answer.isDone()) {
                return CompletableFuture.failedFuture(new CancellationException());
            }
            try {
                if (body == null) {
                    body = ChatJson.request(endpoint.model(), request);
                }
            } catch (IOException e) {
                throw InferenceException.permanent(
                        endpoint.id() + " was not called: params must be a JSON object");
            }
            attempts.incrementAndGet();
            CompletableFuture<Completion> exchange = client.post(body);
            await(exchange);
            return exchange;
        }

        /** Remembers what {@link #end} has to cancel, and makes up for an end that came between. */
        private void await(Future<?> step) {
            waitingFor = step;
            if (answer.isDone()) {
                step.cancel(true);
            }
        }

        /** The pause before the next attempt; -1 for no further attempt. */
        private long pauseMillis(int attempt, Either<Throwable, Completion> outcome) {
            long asked = ((InferenceException) outcome.getLeft()).retryAfterMillis();
            long pause = Math.max(asked, backoff.apply(attempt));
            long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            return pause < left ? pause : -1;
        }

        private void finish(Completion completion, Throwable failure) {
            if (failure == null) {
                answer.complete(
                        Answer.of(
                                endpoint.id(),
                                completion,
                                meter.read(completion.usage()),
                                attempts.get()));
            } else {
                end(message(failure));
            }
        }

        private void expire() {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - startNanos);
            String why =
                    attempts.get() == 0
                            ? " had maxInFlight=" + endpoint.maxInFlight() + " calls in flight for "
                            : " gave no answer within ";
            String before = lastFailure == null ? "" : "; before that, " + lastFailure;
            end(endpoint.id() + why + millis + " ms" + before);
        }

        void end(String error) {
            if (answer.complete(Answer.failed(endpoint.id(), attempts.get(), error))) {
                Future<?> step = waitingFor;
                if (step != null) {
                    step.cancel(true);
                }
            }
        }

        private String message(Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof InferenceException
                    ? cause.getMessage()
                    : endpoint.redact(endpoint.id() + " could not be called: " + cause);
        }
    }

    private static boolean retryable(Throwable failure) {
        return failure instanceof InferenceException e && e.isRetryable();
    }
}
