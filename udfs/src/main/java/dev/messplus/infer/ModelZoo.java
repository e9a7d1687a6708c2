package dev.messplus.infer;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.meter.EnergyMeters;
import dev.messplus.infer.call.CallSpans;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.CalledModelBuilder;
import dev.messplus.infer.call.CalledServer;
import dev.messplus.infer.call.ModelLatency;
import dev.messplus.infer.call.ModelStatistics;
import dev.messplus.infer.call.RetryPolicy;
import dev.messplus.infer.charge.Settling;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.openai.ChatClient;
import dev.messplus.infer.openai.ModelConnections;
import dev.messplus.sharing.SharedResources;
import dev.messplus.trace.Tracing;
import io.github.resilience4j.core.IntervalFunction;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of one subtask by id, and what their calls share: threads, deadlines. Each model has
 * its own threads and connections; the subtasks of a job in a JVM share these.
 */
final class ModelZoo implements AutoCloseable {

    private static final double BACKOFF_FACTOR = 2;
    private static final double BACKOFF_JITTER = 0.5;

    private static final Logger LOG = LoggerFactory.getLogger(ModelZoo.class);

    private final InferenceConfig config;
    private final Map<String, CalledModel> models = new LinkedHashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final RetryPolicy retries;
    private final SharedResources.Use<InferThreads> threads = InferThreads.use();
    private final Deadlines deadlines = new Deadlines(threads.get().timer());
    private final Settling settling = new Settling(threads.get().scorers(), deadlines);
    private final Tracing tracing;

    /**
     * Opens the models.
     *
     * @param job id of the job
     * @param restarted whether the job ran before: then an energy source that cannot be read is
     *     opened later instead of failing the job
     * @throws EnergyUnavailableException if an energy source cannot be read
     * @throws UncheckedIOException if a trust store cannot be read
     */
    static ModelZoo open(
            List<ModelEndpoint> endpoints, InferenceConfig config, String job, boolean restarted)
            throws EnergyUnavailableException {
        ModelZoo zoo = new ModelZoo(config);
        try {
            for (ModelEndpoint endpoint : endpoints) {
                zoo.add(endpoint, meter(endpoint, job, restarted));
            }
            return zoo;
        } catch (EnergyUnavailableException | RuntimeException e) {
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
        this.config = config;
        tracing = Tracing.open(config.tracing());
        retries =
                new RetryPolicy(
                        config.maxAttempts(),
                        IntervalFunction.ofExponentialRandomBackoff(
                                config.backoffInitialMillis(),
                                BACKOFF_FACTOR,
                                BACKOFF_JITTER,
                                config.backoffMaxMillis()));
    }

    /**
     * Adds a model.
     *
     * @param meter is closed with the zoo, and if the model cannot be added
     * @throws UncheckedIOException if its trust store cannot be read
     */
    void add(ModelEndpoint endpoint, EnergyMeter meter) {
        opened.add(meter);
        List<CalledServer> servers = new ArrayList<>();
        for (ModelUrl url : endpoint.urls()) {
            SharedResources.Use<ModelConnections> use = ModelConnections.to(url, endpoint, config);
            opened.add(use);
            servers.add(
                    new CalledServer(
                            new ChatClient(use.get(), endpoint, config), use.get().executor()));
        }
        models.put(
                endpoint.id(),
                CalledModelBuilder.builder()
                        .endpoint(endpoint)
                        .config(config)
                        .servers(servers)
                        .meter(meter)
                        .deadlines(deadlines)
                        .retries(retries)
                        .latency(
                                new ModelLatency(
                                        config.requestTimeoutMillis(),
                                        endpoint.params(),
                                        deadlines::nanoTime))
                        .statistics(new ModelStatistics())
                        .spans(new CallSpans(tracing, endpoint))
                        .build());
    }

    private static EnergyMeter meter(ModelEndpoint endpoint, String job, boolean restarted)
            throws EnergyUnavailableException {
        try {
            return EnergyMeters.open(endpoint.energy(), job, endpoint.id());
        } catch (EnergyUnavailableException e) {
            String what = "zoo." + endpoint.id() + ".energy: " + e.getMessage();
            if (restarted) {
                LOG.warn(
                        "{}; until it can be read, the running estimate is charged to requests",
                        what);
                return EnergyMeters.openLater(endpoint.energy(), job, endpoint.id());
            }
            throw new EnergyUnavailableException(what, e);
        }
    }

    /** The models by their id. */
    Map<String, CalledModel> models() {
        return Collections.unmodifiableMap(models);
    }

    /** The deadlines of the subtask. */
    Deadlines deadlines() {
        return deadlines;
    }

    /** Runs what must not block. */
    ScheduledExecutorService timer() {
        return threads.get().timer();
    }

    /** Runs what takes long. */
    Executor executor() {
        return threads.get().scorers();
    }

    /** Waits for the energy of answers. */
    Settling settling() {
        return settling;
    }

    /** Where the spans of the calls go. */
    Tracing tracing() {
        return tracing;
    }

    /** Pause after a round over the ranking, by its number from 1, in milliseconds. */
    long backoffMillis(int round) {
        return retries.backoff().apply(round);
    }

    /** Completes after {@code millis}, or when this is closed. */
    CompletableFuture<Void> pause(long millis) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        deadlines.in(millis, () -> over.complete(null));
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
        // First, so that no request that loses a call asks the next model.
        deadlines.close();
        List<AutoCloseable> all = new ArrayList<>(opened);
        all.add(threads);
        // Last: the spans of calls that are given up end before.
        all.add(tracing);
        IOUtils.closeAll(all);
    }
}
