package dev.messplus.infer.admission;

/**
 * How many calls the servers of one model work on at a time if they are full, from what they show
 * while others wait in their queues. Not safe for use by several threads.
 */
final class ServerCapacity {

    /**
     * Part of the calls that wait in servers that are full: half of what a learned limit makes it.
     * A server that is not full has only those waiting that came since its last step.
     */
    private static final double QUEUE_OF_FULL = 0.05;

    /**
     * The same if further calls wait for a place. The limit keeps the queue short then, but one
     * that is too low leaves none.
     */
    private static final double QUEUE_OF_LIMITED = 0.01;

    /** Weight of what is seen, as of a round-trip time in TCP (RFC 6298). */
    private static final double GAIN = 1.0 / 8;

    private double calls;

    /** Moving mean of how often they were full, because now and then some calls come at once. */
    private double fullShare;

    /**
     * The servers have so many calls, of all clients.
     *
     * @param running those that they work on, above 0
     * @param waiting those in their queues, at least 0
     * @param found whether there is a number of calls beyond which further ones only wait there
     * @param limited whether further calls wait for a place because of that
     */
    void shows(double running, double waiting, boolean found, boolean limited) {
        double share = waiting / (running + waiting);
        boolean full = found && share > (limited ? QUEUE_OF_LIMITED : QUEUE_OF_FULL);
        fullShare += GAIN * ((full ? 1 : 0) - fullShare);
        if (full && fullShare > 0.5) {
            calls = calls == 0 ? running : calls + GAIN * (running - calls);
        } else if (calls > 0 && share <= QUEUE_OF_FULL) {
            // More than they were known to work on: they have become larger.
            calls += GAIN * Math.max(0, running - calls);
        }
    }

    /** Calls that they work on if they are full; 0 if they have not been full yet. */
    double calls() {
        return calls;
    }
}
