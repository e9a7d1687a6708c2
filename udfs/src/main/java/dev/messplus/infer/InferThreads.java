package dev.messplus.infer;

import dev.messplus.energy.meter.DaemonThreads;
import dev.messplus.sharing.SharedResources;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The threads that all models share, and all subtasks of a job in a JVM.
 *
 * @param timer ends deadlines and pauses
 * @param scorers score answers
 */
record InferThreads(ScheduledExecutorService timer, ExecutorService scorers)
        implements AutoCloseable {

    private static final SharedResources<String, InferThreads> OPEN = new SharedResources<>();

    static SharedResources.Use<InferThreads> use() {
        return OPEN.acquire("infer", InferThreads::open);
    }

    private static InferThreads open() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new InferThreads(
                DaemonThreads.timer("infer-timer"), DaemonThreads.pool("infer-score", cores));
    }

    /** Ends the threads, and interrupts scorers. */
    @Override
    public void close() {
        timer.shutdownNow();
        scorers.shutdownNow();
    }
}
