package dev.messplus.infer;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.meter.EnergyMeters;
import dev.messplus.record.PromptRequest;
import dev.messplus.sharing.SharedResources;
import dev.messplus.trace.Tracing;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callers of all models by id, for one subtask. Each model has its own threads and connections,
 * and all share one timer; the subtasks of a job in a JVM share these.
 */
final class ModelZoo implements AutoCloseable {

    private static final double BACKOFF_FACTOR = 2;
    private static final double BACKOFF_JITTER = 0.5;

    private static final Logger LOG = LoggerFactory.getLogger(ModelZoo.class);

    private final Map<String, ModelCaller> callers = new LinkedHashMap<>();

    /** Pauses that have not ended; the keys are only identities. */
    private final Map<Object, CompletableFuture<Void>> pauses = new ConcurrentHashMap<>();

    private final IntervalFunction backoff;
    private final SharedResources.Use<InferThreads> threads = InferThreads.use();
    private final ScheduledExecutorService timer = threads.get().timer();
    private final Scoring scoring = new Scoring(threads.get().scorers(), timer);
    private final Settling settling = new Settling(threads.get().scorers(), timer);
    private final Tracing tracing;

    /**
     * Opens a caller for each model.
     *
     * @param restarted whether the job ran before: then an energy source that cannot be read is
     *     opened later instead of failing the job
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
            try {
                zoo.close();
            } catch (Exception closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** A zoo without models. */
    ModelZoo(InferenceConfig config) {
        backoff =
                IntervalFunction.ofExponentialRandomBackoff(
                        config.backoffInitialMillis(),
                        BACKOFF_FACTOR,
                        BACKOFF_JITTER,
                        config.backoffMaxMillis());
        tracing = Tracing.open(config.tracing());
    }

    private void add(ModelEndpoint endpoint, InferenceConfig config, boolean restarted)
            throws EnergyUnavailableException, IOException {
        EnergyMeter meter = meter(endpoint, restarted);
        SharedResources.Use<ModelConnections> use;
        try {
            use = ModelConnections.to(endpoint, config);
        } catch (IOException | RuntimeException e) {
            meter.close();
            throw e;
        }
        ModelConnections connections = use.get();
        add(
                endpoint.id(),
                new ModelCaller(
                        ModelResourcesBuilder.builder()
                                .endpoint(endpoint)
                                .client(new ChatClient(connections, endpoint, config))
                                .gate(gate(endpoint, config))
                                .latency(new ModelLatency(config.requestTimeoutMillis()))
                                .coldStart(new ColdStart(System::nanoTime))
                                .meter(meter)
                                .statistics(new ModelStatistics())
                                .config(config)
                                .backoff(backoff)
                                .executor(connections.executor())
                                .timer(timer)
                                .spans(new CallSpans(tracing, endpoint))
                                .build(),
                        use::close));
    }

    /** Adds a caller, which is closed with the zoo. */
    void add(String model, ModelCaller caller) {
        callers.put(model, caller);
    }

    private ModelGate gate(ModelEndpoint endpoint, InferenceConfig config) {
        return new ModelGate(endpoint.id(), endpoint.limits(), config.breaker(), timer);
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
     * @return completes some 50 ms after the deadline at the latest, never exceptionally
     */
    CompletableFuture<Answer> ask(String model, Question question) {
        ModelCaller caller = callers.get(model);
        if (caller == null) {
            // The request was in flight when its model left the zoo.
            return CompletableFuture.completedFuture(
                    Answer.notAsked(model, model + " is not in the zoo"));
        }
        return caller.ask(question);
    }

    /** Scores an answer, as {@link Scoring#score} does. */
    CompletableFuture<Answer> score(
            Scorer scorer, PromptRequest request, Answer answer, long deadlineNanos) {
        return scoring.score(scorer, request, answer, deadlineNanos);
    }

    /** Waits for the energy of an answer, as {@link Settling#await} does. */
    CompletableFuture<Answer> settle(Answer answer, long deadlineNanos) {
        return settling.await(answer, deadlineNanos);
    }

    /** Where the spans of the calls go. */
    Tracing tracing() {
        return tracing;
    }

    /** Pause after a round over the ranking, by its number from 1, in milliseconds. */
    long backoffMillis(int round) {
        return backoff.apply(round);
    }

    /** Completes after {@code millis}, or when this is closed; it may be canceled. */
    CompletableFuture<Void> pause(long millis) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        Object key = new Object();
        pauses.put(key, over);
        Future<?> end = timer.schedule(() -> over.complete(null), millis, TimeUnit.MILLISECONDS);
        CompletableFuture<Void> unused =
                over.whenComplete(
                        (done, canceled) -> {
                            pauses.remove(key);
                            end.cancel(false);
                        });
        return over;
    }

    /**
     * Gives up the calls in flight, and frees threads and connections that no other subtask uses,
     * without waiting for them.
     *
     * @throws Exception if something cannot be closed; all the rest is closed nevertheless
     */
    @Override
    public void close() throws Exception {
        // All of them first, or a request that one caller gives up would ask the next.
        callers.values().forEach(ModelCaller::stop);
        List<AutoCloseable> all = new ArrayList<>(callers.values());
        all.add(() -> pauses.values().forEach(pause -> pause.complete(null)));
        all.add(scoring);
        all.add(settling);
        all.add(threads);
        // Last: the spans of calls that are given up end before.
        all.add(tracing);
        IOUtils.closeAll(all);
    }
}
