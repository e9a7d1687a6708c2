package dev.messplus.local.zoo;

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

    private final ZooMeter meter;
    private final List<String> models;
    private final BlockingQueue<Map<String, ZooModel>> idle;

    /**
     * Opens all models.
     *
     * @param workers answers computed at once, at least 1
     * @param meter tells what answers cost; stays open
     */
    ModelPool(int workers, Map<String, Supplier<ZooModel>> models, ZooMeter meter) {
        this.meter = meter;
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

    /** Closes the models; nobody may be using them any more. Idempotent. */
    @Override
    public void close() {
        idle.forEach(worker -> worker.values().forEach(ZooModel::close));
        idle.clear();
    }

    /**
     * @param text what the model said
     * @param cost what it took
     */
    record Completion(String text, ZooMeter.Cost cost) {}
}
