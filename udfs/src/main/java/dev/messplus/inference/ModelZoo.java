package dev.messplus.inference;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.meter.EnergyMeters;
import dev.messplus.http.TrustStore;
import dev.messplus.record.PromptRequest;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callers of all models by id. Each model has its own threads and connections; all share one
 * timer.
 */
final class ModelZoo implements AutoCloseable {

    /** May exceed the cores, because a thread waits while a host name is resolved. */
    private static final int MIN_THREADS = 4;

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private static final long IDLE_SECONDS = 30;

    private static final double BACKOFF_FACTOR = 2;
    private static final double BACKOFF_JITTER = 0.5;

    private static final Logger LOG = LoggerFactory.getLogger(ModelZoo.class);

    private final Map<String, ModelCaller> callers = new LinkedHashMap<>();

    /** Pauses that have not ended; the keys are only identities. */
    private final Map<Object, CompletableFuture<Void>> pauses = new ConcurrentHashMap<>();

    private final IntervalFunction backoff;
    private final ScheduledThreadPoolExecutor timer;
    private final Scoring scoring;

    /**
     * Opens a caller for each model.
     *
     * @param restarted whether the job was restarted after a failure: then an energy source that
     *     cannot be read is opened later instead of failing the job
     * @throws EnergyUnavailableException if an energy source cannot be read
     * @throws IOException if a trust store cannot be read
     */
    static ModelZoo open(List<ModelEndpoint> endpoints, InferenceConfig config, boolean restarted)
            throws EnergyUnavailableException, IOException {
        ModelZoo zoo = new ModelZoo(config);
        try {
            for (ModelEndpoint endpoint : endpoints) {
                zoo.add(endpoint, config, restarted);
            }
            return zoo;
        } catch (EnergyUnavailableException | IOException | RuntimeException e) {
            zoo.close();
            throw e;
        }
    }

    private ModelZoo(InferenceConfig config) {
        backoff =
                IntervalFunction.ofExponentialRandomBackoff(
                        config.backoffInitialMillis(),
                        BACKOFF_FACTOR,
                        BACKOFF_JITTER,
                        config.backoffMaxMillis());
        timer = new ScheduledThreadPoolExecutor(1, threads("infer-timer"));
        timer.setRemoveOnCancelPolicy(true);
        scoring = new Scoring(executor("infer-score", CORES), timer);
    }

    private void add(ModelEndpoint endpoint, InferenceConfig config, boolean restarted)
            throws EnergyUnavailableException, IOException {
        // One per model: resolving the host name of one model must not delay calls to others.
        ExecutorService executor =
                executor("infer-http-" + endpoint.id(), Math.max(MIN_THREADS, CORES));
        HttpClient http = client(endpoint.trustStore(), config, executor);
        ChatClient chat = new ChatClient(http, executor, endpoint, config.maxResponseBytes());
        callers.put(
                endpoint.id(),
                new ModelCaller(
                        ModelResourcesBuilder.builder()
                                .endpoint(endpoint)
                                .client(chat)
                                .gate(gate(endpoint, config))
                                .meter(meter(endpoint, restarted))
                                .statistics(new ModelStatistics())
                                .config(config)
                                .backoff(backoff)
                                .executor(executor)
                                .timer(timer)
                                .build()));
    }

    private ModelGate gate(ModelEndpoint endpoint, InferenceConfig config) {
        return new ModelGate(endpoint.id(), endpoint.limits(), config.breaker(), timer);
    }

    /** A client of one server; if {@code trustStore} is {@code null}, with Java's trust store. */
    private static HttpClient client(
            TrustStore trustStore, InferenceConfig config, Executor executor) throws IOException {
        // A redirect could send prompts and the API key to an unknown host.
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofMillis(config.connectTimeoutMillis()))
                        .executor(executor);
        if (trustStore != null) {
            builder.sslContext(trustStore.context());
        }
        return builder.build();
    }

    private static EnergyMeter meter(ModelEndpoint endpoint, boolean restarted)
            throws EnergyUnavailableException {
        try {
            return EnergyMeters.open(endpoint.energy());
        } catch (EnergyUnavailableException e) {
            String what = "zoo." + endpoint.id() + ".energy: " + e.getMessage();
            if (restarted) {
                LOG.warn(
                        "{}; until it can be read, the running estimate is charged to requests",
                        what);
                return EnergyMeters.openLater(endpoint.energy());
            }
            throw new EnergyUnavailableException(what, e);
        }
    }

    /** The callers by the id of their model. */
    Map<String, ModelCaller> callers() {
        return Collections.unmodifiableMap(callers);
    }

    /**
     * Asks one model, as {@link ModelCaller#ask} does.
     *
     * @param attemptsMade attempts that were made for this request before and reached a server
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by the deadline, never exceptionally
     */
    CompletableFuture<Answer> ask(
            String model, PromptRequest request, int attemptsMade, long deadlineNanos) {
        ModelCaller caller = callers.get(model);
        if (caller == null) {
            // The request was in flight when its model left the zoo.
            return CompletableFuture.completedFuture(
                    Answer.notAsked(model, model + " is not in the zoo"));
        }
        return caller.ask(request, attemptsMade, deadlineNanos);
    }

    /** Scores an answer, as {@link Scoring#score} does. */
    CompletableFuture<Answer> score(
            Scorer scorer, PromptRequest request, Answer answer, long deadlineNanos) {
        return scoring.score(scorer, request, answer, deadlineNanos);
    }

    /** Pause after a round over the ranking, by its number from 1, in milliseconds. */
    long backoffMillis(int round) {
        return backoff.apply(round);
    }

    /** Completes after {@code millis}, or when this is closed. */
    CompletableFuture<Void> pause(long millis) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        Object key = new Object();
        pauses.put(key, over);
        CompletableFuture<Void> unusedEnd = over.whenComplete((end, never) -> pauses.remove(key));
        Future<?> unused = timer.schedule(() -> over.complete(null), millis, TimeUnit.MILLISECONDS);
        return over;
    }

    /** Gives up the calls in flight and frees threads and connections, without waiting for them. */
    @Override
    public void close() {
        // All of them first, or a request that one caller gives up would ask the next.
        callers.values().forEach(ModelCaller::stop);
        callers.values().forEach(ModelCaller::close);
        timer.shutdownNow();
        pauses.values().forEach(pause -> pause.complete(null));
        scoring.close();
    }

    private static ThreadPoolExecutor executor(String name, int threads) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
