package dev.messplus.infer.admission;

/**
 * Which part of the calls in flight waits in the servers of one model, from what the servers say:
 * for how long they worked on a call, or what their page of metrics shows. Not safe for use by
 * several threads.
 */
final class ServerQueue {

    /** Weight of a call, or of a page, as of a round-trip time in TCP (RFC 6298). */
    private static final double GAIN = 1.0 / 8;

    /** Moving mean of the part that waits, from 0 to 1; NaN while it is unknown. */
    private double waitingShare = Double.NaN;

    private boolean answered;
    private boolean knowsWork;

    /**
     * A call was answered.
     *
     * @param workSeconds for how long the server says that it worked; NaN if it does not say
     */
    void answered(double latencySeconds, double workSeconds) {
        answered = true;
        knowsWork |= workSeconds > 0;
        if (workSeconds > 0 && latencySeconds > 0) {
            add(Math.max(0, 1 - workSeconds / latencySeconds));
        }
    }

    /** The servers' pages show that many calls, of all their clients. */
    void pageShows(int waiting, int running) {
        if (waiting + running > 0) {
            add(waiting / (double) (waiting + running));
        }
    }

    private void add(double share) {
        waitingShare =
                Double.isNaN(waitingShare) ? share : waitingShare + GAIN * (share - waitingShare);
    }

    /**
     * Whether no answer said how long the server worked on it, so that its page is worth reading.
     */
    boolean needsPage() {
        return answered && !knowsWork;
    }

    /** Which part of the calls in flight the servers work on; 1 while they do not say. */
    double workedShare() {
        return Double.isNaN(waitingShare) ? 1 : 1 - waitingShare;
    }

    /** Calls that wait in the servers, of {@code inFlight}; NaN if the servers do not say. */
    double waiting(int inFlight) {
        return inFlight * waitingShare;
    }
}
