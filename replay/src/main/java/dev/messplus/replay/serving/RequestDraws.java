package dev.messplus.replay.serving;

/** The requests of a run. */
public interface RequestDraws {

    /**
     * A request. It depends on its number, its time and the seed of the source alone, so that all
     * routers get the same requests.
     *
     * @param number of the request, from 0
     * @param seconds when it arrives, since the start
     */
    SimulatedRequest next(long number, double seconds);
}
