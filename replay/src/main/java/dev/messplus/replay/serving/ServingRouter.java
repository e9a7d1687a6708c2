package dev.messplus.replay.serving;

/** Says which models a request is sent to, and learns from what became of it. */
public interface ServingRouter {

    /** The run begins. */
    void begin(ServedWorld world);

    /**
     * A request has arrived. The router {@link ServedWorld#call calls} models for it, now or later,
     * and {@link ServedWorld#respond responds} in the end.
     */
    void arrived(SimulatedRequest request);
}
