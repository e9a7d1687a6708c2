package dev.messplus.infer.admission;

import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.metrics.Histograms;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Histogram;

/**
 * The requests of one subtask that wait for a place at one model, and the places. A request may
 * leave for another model at any time.
 */
final class ModelQueue {

    private final WaitingRoom waiting = new WaitingRoom();
    private final Histogram queueMillis = Histograms.recent();
    private final ModelPlaces places;

    /** By model: the cost of a wait here, in answers, below which no request leaves for it. */
    private final Map<String, Double> leastToLeave = new HashMap<>();

    /** An empty queue. */
    ModelQueue(ModelPlaces places) {
        this.places = places;
    }

    String model() {
        return places.model();
    }

    WaitingRoom waiting() {
        return waiting;
    }

    ModelPlaces places() {
        return places;
    }

    /** Has a request wait here. */
    void add(HeldRequest request) {
        request.waitsIn(this);
        waiting.add(request);
        if (!request.asksTogether()) {
            noteLeastToLeave(request);
        }
    }

    private void noteLeastToLeave(HeldRequest request) {
        int here = request.rankOf(model());
        for (int rank : request.next()) {
            if (rank != here) {
                leastToLeave.merge(
                        request.routed().ranking().get(rank),
                        request.answersToLeave(here, rank),
                        Math::min);
            }
        }
    }

    /**
     * The cost of a wait here, in answers, below which no request gains by leaving for a model.
     * Without it, all requests that wait would be looked at whenever a place is free elsewhere.
     */
    double leastToLeave(String model) {
        return leastToLeave.getOrDefault(model, Double.POSITIVE_INFINITY);
    }

    /** Sets it to the least of those that wait now: others may have left. */
    void leastToLeave(String model, double answers) {
        leastToLeave.put(model, answers);
    }

    /** A request waits here no longer. */
    void remove(HeldRequest request) {
        request.waitsIn(null);
        waiting.remove(request);
    }

    /** How long the next request that is added would wait, in nanoseconds. */
    double waitNanos() {
        return places.waitNanos(waiting.size());
    }

    /**
     * Begins the next request that waits here; there must be one.
     *
     * @return {@code null} if there is no place for it
     */
    StartedCall begin(InferenceConfig config) {
        Permit permit = places.poll();
        return permit == null ? null : begin(waiting.poll(config), permit);
    }

    /** Begins a request that waits elsewhere; {@code null} if there is no place for it. */
    StartedCall beginFrom(HeldRequest request) {
        Permit permit = places.poll();
        if (permit == null) {
            return null;
        }
        request.queue().remove(request);
        return begin(request, permit);
    }

    private StartedCall begin(HeldRequest request, Permit permit) {
        request.begin(model());
        queueMillis.update(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.takenNanos()));
        return new StartedCall(request, permit);
    }

    /** How long requests waited, in milliseconds; any thread may read it. */
    Histogram queueMillis() {
        return queueMillis;
    }
}
