package dev.messplus.inference;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.inference.Exchange.Metered;
import dev.messplus.record.PromptRequest;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * Asks one model: passes its gate, calls, pauses, calls again, all within a deadline, and books
 * what every call costs.
 */
final class ModelCaller implements AutoCloseable {

    /**
     * A call that was given less than this share of the time its request may take does not blame
     * the server when the time is up: whoever fell back late must not close a model to all others.
     */
    private static final int FAIR_SHARE = 8;

    /** Nor does a call that was given less than this: requests in a hurry must not either. */
    private static final long HURRY_MILLIS = 1_000;

    private static final String STOPPING = ": the job is stopping";

    private final ModelEndpoint endpoint;
    private final ChatClient client;
    private final ModelGate gate;
    private final EnergyMeter meter;
    private final ModelStatistics statistics = new ModelStatistics();
    private final int maxAttempts;
    private final long requestTimeoutMillis;
    private final IntervalFunction backoff;
    private final ExecutorService executor;
    private final ScheduledExecutorService timer;
    private final Set<Call> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /**
     * A caller of one model.
     *
     * @param meter is closed with the caller
     * @param backoff the pause in milliseconds before an attempt, by number from 1
     * @param executor where requests are built and sent; is shut down with the caller
     * @param timer where deadlines and pauses end
     */
    ModelCaller(
            ModelEndpoint endpoint,
            ChatClient client,
            EnergyMeter meter,
            InferenceConfig config,
            IntervalFunction backoff,
            ExecutorService executor,
            ScheduledExecutorService timer) {
        this.endpoint = endpoint;
        this.client = client;
        this.gate = new ModelGate(endpoint.id(), endpoint.limits(), config.breaker(), timer);
        this.meter = meter;
        this.maxAttempts = config.maxAttempts();
        this.requestTimeoutMillis = config.requestTimeoutMillis();
        this.backoff = backoff;
        this.executor = executor;
        this.timer = timer;
    }

    /**
     * Asks the model.
     *
     * @param attemptsMade calls that were made for this request before and found somebody
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by then, with an answer or with the reason why there is none; never
     *     exceptionally
     */
    CompletableFuture<Answer> ask(PromptRequest request, int attemptsMade, long deadlineNanos) {
        if (stopping) {
            return CompletableFuture.completedFuture(
                    Answer.notAsked(endpoint.id(), endpoint.id() + " was not asked" + STOPPING));
        }
        return new Call(request, maxAttempts - attemptsMade, deadlineNanos).start();
    }

    ModelGate gate() {
        return gate;
    }

    EnergyMeter meter() {
        return meter;
    }

    ModelStatistics statistics() {
        return statistics;
    }

    /** Takes no more questions. */
    void stop() {
        stopping = true;
    }

    /** Ends the calls in flight. */
    @Override
    public void close() {
        stop();
        for (Call call : inFlight) {
            call.end(endpoint.id() + " was not waited for" + STOPPING);
        }
        meter.close();
        executor.shutdown();
    }

    /** The life of one question to the model. */
    private final class Call {

        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final PromptRequest request;
        private final int attemptsLeft;
        private final long startNanos = System.nanoTime();
        private final long deadlineNanos;
        private final AtomicInteger attempts = new AtomicInteger();
        private final AtomicInteger unreached = new AtomicInteger();
        private final DoubleAdder failedJoules = new DoubleAdder();

        /** Why it was given up; whoever sets this ends the call. */
        private final AtomicReference<String> givenUp = new AtomicReference<>();

        private volatile String lastFailure;
        private volatile Future<?> waitingFor;
        private byte[] body;

        Call(PromptRequest request, int attemptsLeft, long deadlineNanos) {
            this.request = request;
            this.attemptsLeft = Math.max(1, attemptsLeft);
            this.deadlineNanos = deadlineNanos;
        }

        CompletableFuture<Answer> start() {
            long left = deadlineNanos - startNanos;
            Future<?> expiry = timer.schedule(this::expire, left, TimeUnit.NANOSECONDS);
            inFlight.add(this);
            if (stopping) {
                // Whoever ends the calls in flight may have missed this one.
                end(endpoint.id() + " was not asked" + STOPPING);
            }
            // Configured per call, for a pause must fit into what is left of the call's deadline.
            RetryConfig config =
                    RetryConfig.<Metered>custom()
                            .maxAttempts(attemptsLeft)
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

        private CompletionStage<Metered> attempt() {
            CompletableFuture<ModelGate.Pass> entry = gate.enter();
            await(entry);
            return entry.thenCompose(this::handOver)
                    .whenComplete(
                            (metered, failure) -> {
                                if (failure != null) {
                                    lastFailure = message(failure);
                                }
                            });
        }

        private CompletableFuture<Metered> handOver(ModelGate.Pass pass) {
            return CompletableFuture.completedFuture(pass)
                    .thenComposeAsync(this::send, executor)
                    .whenComplete(
                            (metered, failure) -> {
                                if (failure != null) {
                                    // In case no call was made at all; else it is known already.
                                    pass.failed(Exchange.unwrapped(failure));
                                }
                            });
        }

        private CompletableFuture<Metered> send(ModelGate.Pass pass) {
            try {
                if (body == null) {
                    body = ChatJson.request(endpoint.model(), request);
                }
            } catch (IOException e) {
                throw InferenceException.ofRequest(
                        endpoint.id() + " was not called: params must be a JSON object");
            }
            long hedgeAfterMillis = endpoint.limits().hedgeAfterMillis();
            CompletableFuture<Metered> exchange =
                    hedgeAfterMillis == 0
                            ? exchange(pass)
                            : Hedge.race(
                                    () -> exchange(pass),
                                    this::askAgain,
                                    late -> failedJoules.add(known(late.energy())),
                                    hedgeAfterMillis,
                                    timer);
            await(exchange);
            return exchange;
        }

        private CompletableFuture<Metered> askAgain() {
            ModelGate.Pass pass = gate.tryEnter();
            if (pass == null) {
                return null;
            }
            statistics.hedges.increment();
            return exchange(pass);
        }

        private CompletableFuture<Metered> exchange(ModelGate.Pass pass) {
            if (stopping) {
                // The slot is that of a call which was ended just now; this one is next.
                end(endpoint.id() + " was not called" + STOPPING);
            }
            if (givenUp.get() != null) {
                CancellationException cancelled = new CancellationException();
                pass.failed(cancelled);
                return CompletableFuture.failedFuture(cancelled);
            }
            attempts.incrementAndGet();
            statistics.calls.increment();
            long callNanos = System.nanoTime();
            return new Exchange(pass, meter.begin(), this::failed, () -> givenUp(callNanos))
                    .start(() -> client.post(body));
        }

        private void failed(Throwable failure, double joules) {
            failedJoules.add(joules);
            if (failure instanceof InferenceException e && e.foundNobody()) {
                unreached.incrementAndGet();
            }
            statistics.failures.increment();
        }

        /** Who is to blame for a call that is given up: the server, if the time is up it had. */
        private Throwable givenUp(long callNanos) {
            long now = System.nanoTime();
            return deadlineNanos - now <= 0 && now - callNanos >= fairNanos(request)
                    ? InferenceException.permanent(endpoint.id() + " gave no answer in time")
                    : new CancellationException();
        }

        /** Remembers what {@link #end} has to cancel, and makes up for an end that came between. */
        private void await(Future<?> step) {
            waitingFor = step;
            if (givenUp.get() != null) {
                step.cancel(true);
            }
        }

        /** The pause before the next attempt; -1 for no further attempt. */
        private long pauseMillis(int attempt, Either<Throwable, Metered> outcome) {
            long asked = ((InferenceException) outcome.getLeft()).retryAfterMillis();
            long pause = Math.max(asked, backoff.apply(attempt));
            long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            return pause < left ? pause : -1;
        }

        private void finish(Metered metered, Throwable failure) {
            if (failure != null) {
                boolean askAgain =
                        mayPass(failure) && attempts.get() - unreached.get() < attemptsLeft;
                end(message(failure), askAgain, peaceMillis(failure));
            } else if (givenUp.compareAndSet(null, "")) {
                statistics.answers.increment();
                answer.complete(
                        Answer.of(
                                endpoint.id(),
                                metered.completion(),
                                metered.energy(),
                                failedJoules.sum(),
                                attempts.get(),
                                unreached.get()));
            }
        }

        private void expire() {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - startNanos);
            String why =
                    attempts.get() == 0
                            ? " had no call to spare (maxInFlight="
                                    + endpoint.limits().maxInFlight()
                                    + ", callsPerSecond="
                                    + endpoint.limits().callsPerSecond()
                                    + ") for "
                            : " gave no answer within ";
            String before = lastFailure == null ? "" : "; before that, " + lastFailure;
            end(endpoint.id() + why + millis + " ms" + before);
        }

        void end(String error) {
            end(error, false, 0);
        }

        /**
         * Ends it without an answer.
         *
         * @param peaceMillis how long the server asks to be left alone
         */
        private void end(String error, boolean askAgain, long peaceMillis) {
            if (!givenUp.compareAndSet(null, error)) {
                return;
            }
            Future<?> step = waitingFor;
            if (step != null) {
                // Before the answer is told, for this books what the call took.
                step.cancel(true);
            }
            answer.complete(
                    Answer.failed(
                            endpoint.id(),
                            failedJoules.sum(),
                            attempts.get(),
                            unreached.get(),
                            Math.max(gate.unavailableMillis(), peaceMillis),
                            askAgain,
                            error));
        }

        private String message(Throwable failure) {
            Throwable cause = Exchange.unwrapped(failure);
            return cause instanceof InferenceException
                    ? cause.getMessage()
                    : endpoint.redact(endpoint.id() + " could not be called: " + cause);
        }
    }

    private static double known(EnergyReading energy) {
        return energy.known() ? energy.joules() : 0;
    }

    /** What the server asks for, but no longer than a request may take: it may be wrong. */
    private long peaceMillis(Throwable failure) {
        return Exchange.unwrapped(failure) instanceof InferenceException e
                ? Math.min(e.retryAfterMillis(), requestTimeoutMillis)
                : 0;
    }

    /** What a call must have been given before the server is blamed for being late. */
    private long fairNanos(PromptRequest request) {
        long own = request.timeoutMillis();
        long timeoutMillis = own > 0 ? Math.min(own, requestTimeoutMillis) : requestTimeoutMillis;
        long leastMillis = Math.min(HURRY_MILLIS, requestTimeoutMillis / FAIR_SHARE);
        return TimeUnit.MILLISECONDS.toNanos(Math.max(leastMillis, timeoutMillis / FAIR_SHARE));
    }

    private static boolean mayPass(Throwable failure) {
        return Exchange.unwrapped(failure) instanceof InferenceException e && e.mayPass();
    }

    private static boolean retryable(Throwable failure) {
        return failure instanceof InferenceException e && e.isRetryable();
    }
}
