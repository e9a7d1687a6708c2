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

/** The models by id, each with threads and connections of its own, and the clock they share. */
final class ModelZoo implements AutoCloseable {

    /** Some more than cores may be needed, for a thread waits while a host name is resolved. */
    private static final int MIN_THREADS = 4;

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private static final long IDLE_SECONDS = 30;

    private static final double BACKOFF_FACTOR = 2;
    private static final double BACKOFF_JITTER = 0.5;

    private static final Logger LOG = LoggerFactory.getLogger(ModelZoo.class);

    private final Map<String, ModelCaller> callers = new LinkedHashMap<>();

    /** Pauses that are not over; the keys only tell them apart. */
    private final Map<Object, CompletableFuture<Void>> pauses = new ConcurrentHashMap<>();

    private final IntervalFunction backoff;
    private final ScheduledThreadPoolExecutor timer;
    private final Scoring scoring;

    /**
     * Callers of all models.
     *
     * @param restarted whether the job came back from a failure: then an energy source that cannot
     *     be read is waited for, and not fatal
     * @throws EnergyUnavailableException if an energy source cannot be read
     * @throws IOException if a trust store cannot be used
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
        // Of its own: while one host name is looked up, the servers of others are called.
        ExecutorService executor =
                executor("infer-http-" + endpoint.id(), Math.max(MIN_THREADS, CORES));
        HttpClient http = client(endpoint.trustStore(), config, executor);
        ChatClient chat = new ChatClient(http, executor, endpoint, config.maxResponseBytes());
        EnergyMeter meter = meter(endpoint, restarted);
        callers.put(
                endpoint.id(),
                new ModelCaller(endpoint, chat, meter, config, backoff, executor, timer));
    }

    /** A client of one server; {@code trustStore} may be {@code null}, for whom Java trusts. */
    private static HttpClient client(
            TrustStore trustStore, InferenceConfig config, Executor executor) throws IOException {
        // A redirect could carry prompts and key to who knows whom.
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
                        "{}; requests are charged the running estimate until it can be read", what);
                return EnergyMeters.openLater(endpoint.energy());
            }
            throw new EnergyUnavailableException(what, e);
        }
    }

    /** The callers by id of their model. */
    Map<String, ModelCaller> callers() {
        return Collections.unmodifiableMap(callers);
    }

    /**
     * Asks one model.
     *
     * @param attemptsMade calls that were made for this request before and found somebody
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by then, and never exceptionally
     */
    CompletableFuture<Answer> ask(
            String model, PromptRequest request, int attemptsMade, long deadlineNanos) {
        ModelCaller caller = callers.get(model);
        if (caller == null) {
            // A request that was in flight while its model left the zoo.
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

    /** How long to wait before a round of the given number, from 1, in milliseconds. */
    long backoffMillis(int round) {
        return backoff.apply(round);
    }

    /** Lets time pass. */
    CompletableFuture<Void> pause(long millis) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        Object key = new Object();
        pauses.put(key, over);
        CompletableFuture<Void> unusedEnd = over.whenComplete((end, never) -> pauses.remove(key));
        Future<?> unused = timer.schedule(() -> over.complete(null), millis, TimeUnit.MILLISECONDS);
        return over;
    }

    /** Ends the calls in flight and frees threads and connections. Does not wait for them. */
    @Override
    public void close() {
        // All of them first, or whoever is not answered by one would ask the next.
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
