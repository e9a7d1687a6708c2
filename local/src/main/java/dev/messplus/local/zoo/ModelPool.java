package dev.messplus.local.zoo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * The models of a zoo, once per worker.
 *
 * <p>All models share the workers, in order of arrival. No more answers are computed at a time than
 * there are workers, so that the CPU time of an answer does not grow with the load.
 */
final class ModelPool implements AutoCloseable {

    private final ZooMeter meter;
    private final List<String> models;
    private final BlockingQueue<Map<String, ZooModel>> idle;

    /**
     * Opens all models.
     *
     * @param workers answers computed at a time, at least 1
     * @param meter meters the answers; the caller closes it
     */
    ModelPool(int workers, Map<String, Supplier<ZooModel>> models, ZooMeter meter) {
        this.meter = meter;
        this.models = List.copyOf(models.keySet());
        idle = new ArrayBlockingQueue<>(workers, true);
        for (int i = 0; i < workers; i++) {
            var worker = new LinkedHashMap<String, ZooModel>();
            idle.add(worker); // added before it is filled, so that close() frees it
            try {
                models.forEach((id, model) -> worker.put(id, model.get()));
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    /** Ids of the models, in the order of the constructor. */
    List<String> models() {
        return models;
    }

    /**
     * Waits for a free worker and computes an answer on the calling thread.
     *
     * @param model one of {@link #models()}
     * @throws IllegalArgumentException if the model cannot read the prompt
     */
    Completion complete(String model, String prompt) throws InterruptedException {
        var worker = idle.take();
        try {
            return measured(worker.get(model), prompt);
        } finally {
            idle.add(worker);
        }
    }

    private Completion measured(ZooModel model, String prompt) {
        var span = meter.begin();
        String answer;
        try {
            answer = model.answer(prompt);
        } catch (RuntimeException | Error e) {
            span.failed();
            throw e;
        }
        return new Completion(answer, span.answered());
    }

    /** Closes the models, which must no longer be in use. Idempotent. */
    @Override
    public void close() {
        idle.forEach(worker -> worker.values().forEach(ZooModel::close));
        idle.clear();
    }

    /** An answer and its cost. */
    record Completion(String text, ZooMeter.Cost cost) {}
}
