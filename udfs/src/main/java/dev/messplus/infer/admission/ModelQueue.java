package dev.messplus.infer.admission;

import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.metrics.Histograms;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Histogram;

/**
 * The requests of one subtask whose first choice is one model: those that wait, and those under
 * way. At most as many of each as the model has places, so that the requests of a model that is
 * down, which fall back, leave calls to those of other models.
 */
final class ModelQueue {

    private final WaitingRoom waiting = new WaitingRoom();
    private final Histogram queueMillis = Histograms.recent();
    private final ModelPlaces places;
    private final int share;
    private int underWay;

    /** Whether there was no place when the model was looked at last. */
    private boolean passedOver;

    /**
     * An empty queue.
     *
     * @param places of the model; {@code null} for requests whose models all left the zoo
     * @param share requests that may be under way, and as many may wait
     */
    ModelQueue(ModelPlaces places, int share) {
        this.places = places;
        this.share = share;
    }

    WaitingRoom waiting() {
        return waiting;
    }

    /** The places at the model; {@code null} if it left the zoo. */
    ModelPlaces places() {
        return places;
    }

    /** Whether as many requests wait as may. */
    boolean isFull() {
        return waiting.size() >= share;
    }

    /** Whether a request waits that may begin if there is a place for it. */
    boolean isReady() {
        return !passedOver && underWay < share && waiting.size() > 0;
    }

    /**
     * Begins the next request, with a permit for its first call, or without one if its model
     * refuses calls or left the zoo.
     *
     * @return {@code null} if there is no place for it; the queue is not ready then
     */
    HeldRequest begin(InferenceConfig config) {
        Permit permit = null;
        if (places != null && !places.refuses()) {
            permit = places.poll();
            passedOver = permit == null;
            if (passedOver) {
                return null;
            }
        }
        underWay++;
        HeldRequest next = waiting.poll(config);
        next.begin(permit);
        return next;
    }

    /** Makes the queue ready to be asked again. */
    void askAgain() {
        passedOver = false;
    }

    /** The calls of a request have ended. */
    void end() {
        underWay--;
    }

    /** Requests that are under way. */
    int underWay() {
        return underWay;
    }

    /** A request was called {@code nanos} after it was read. */
    void waited(long nanos) {
        queueMillis.update(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    /** How long requests waited, in milliseconds; any thread may read it. */
    Histogram queueMillis() {
        return queueMillis;
    }
}
