package dev.messplus.core.cost;

/**
 * The virtual queue of the work that requests were decided to bring to one model: seconds of its
 * server's time that it is behind. A request adds what it takes of a server that is as full as it
 * may be planned to be, and time takes away what this subtask has of the server. So it grows
 * exactly if the model gets more than that, before anything waits.
 */
final class WorkQueue {

    private double seconds;

    /** Time has passed. */
    void pass(double served) {
        seconds = Math.max(0, seconds - served);
    }

    /** A request was decided. */
    void add(double work) {
        seconds += work;
    }

    /**
     * What it costs a request to wait, in answers of the model: one if the queue is as long as a
     * call, which is the most.
     *
     * @param callSeconds how long a call takes, above 0
     */
    double cost(double callSeconds) {
        return Math.min(1, seconds / callSeconds);
    }

    /** Bounds it, or an overload that is over would count for long. */
    void limit(double callSeconds) {
        seconds = Math.min(seconds, callSeconds);
    }
}
