package dev.messplus.local.zoo;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * The models of a zoo, once for each worker.
 *
 * <p>All models share the workers as they share the cores: whoever asks first is answered first,
 * and never more answers are computed at once than there are workers, so that one answer's CPU time
 * does not swell with the load.
 */
final class ModelPool implements AutoCloseable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<String> models;
    private final BlockingQueue<Map<String, ZooModel>> idle;

    /**
     * Opens all models.
     *
     * @param workers answers computed at once, at least 1
     */
    ModelPool(int workers, Map<String, Supplier<ZooModel>> models) {
        this.models = List.copyOf(models.keySet());
        idle = new ArrayBlockingQueue<>(workers, true);
        for (int i = 0; i < workers; i++) {
            var worker = new LinkedHashMap<String, ZooModel>();
            idle.add(worker); // before it is filled, so that close() reaches it
            try {
                models.forEach((id, model) -> worker.put(id, model.get()));
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    /** The ids of the models, in the order given. */
    List<String> models() {
        return models;
    }

    /**
     * Lets a model answer on the calling thread, once a worker is free.
     *
     * @param model one of {@link #models()}
     * @throws IllegalArgumentException if the model cannot make sense of the prompt
     */
    Completion complete(String model, String prompt) throws InterruptedException {
        var worker = idle.take();
        try {
            long startNanos = THREADS.getCurrentThreadCpuTime();
            var answer = worker.get(model).answer(prompt);
            return new Completion(answer, (THREADS.getCurrentThreadCpuTime() - startNanos) / 1e6);
        } finally {
            idle.add(worker);
        }
    }

    /** Closes the models; nobody may be using them any more. Idempotent. */
    @Override
    public void close() {
        idle.forEach(worker -> worker.values().forEach(ZooModel::close));
        idle.clear();
    }

    /**
     * @param text what the model said
     * @param cpuTimeMs CPU time of the thread that said it, in milliseconds
     */
    record Completion(String text, double cpuTimeMs) {}
}
