package dev.messplus.inference;

import dev.messplus.record.PromptRequest;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The models by id, and the threads and connections that their calls share. */
final class ModelZoo implements AutoCloseable {

    /** Some more than cores may be needed, for a thread waits while a host name is resolved. */
    private static final int MIN_THREADS = 4;

    private static final long IDLE_SECONDS = 30;

    private final Map<String, ModelCaller> callers = new HashMap<>();
    private final ThreadPoolExecutor executor;
    private final ScheduledThreadPoolExecutor timer;

    ModelZoo(List<ModelEndpoint> endpoints, InferenceConfig config) {
        executor = executor();
        timer = new ScheduledThreadPoolExecutor(1, threads("infer-timer"));
        timer.setRemoveOnCancelPolicy(true);
        // A redirect could carry prompts and key to who knows whom.
        HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofMillis(config.connectTimeoutMillis()))
                        .executor(executor)
                        .build();
        for (ModelEndpoint endpoint : endpoints) {
            ChatClient client = new ChatClient(http, executor, endpoint, config.maxResponseBytes());
            callers.put(endpoint.id(), new ModelCaller(endpoint, client, config, executor, timer));
        }
    }

    /**
     * Asks one model.
     *
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by then, and never exceptionally
     */
    CompletableFuture<Answer> ask(String model, PromptRequest request, long deadlineNanos) {
        ModelCaller caller = callers.get(model);
        if (caller == null) {
            // A request that was in flight while its model left the zoo.
            return CompletableFuture.completedFuture(
                    Answer.failed(model, 0, model + " is not in the zoo"));
        }
        return caller.ask(request, deadlineNanos);
    }

    /** Ends the calls in flight and frees threads and connections. Does not wait for them. */
    @Override
    public void close() {
        callers.values().forEach(ModelCaller::close);
        timer.shutdownNow();
        executor.shutdown();
    }

    private static ThreadPoolExecutor executor() {
        int threads = Math.max(MIN_THREADS, Runtime.getRuntime().availableProcessors());
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        threads("infer-http"));
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
