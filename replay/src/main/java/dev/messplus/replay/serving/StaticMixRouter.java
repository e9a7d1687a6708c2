package dev.messplus.replay.serving;

import java.util.List;

/**
 * Draws the model of every request from one fixed distribution, and sends it there at once. The
 * only limit is the queue of the server itself. A request whose call fails gets no answer.
 */
public final class StaticMixRouter implements ServingRouter {

    private final MixDraws draws;
    private final long timeoutMillis;
    private ServedWorld world;

    /**
     * A mix.
     *
     * @param shares of each model, in the order of the zoo; they add up to 1
     * @param timeoutMillis when a call is given up, in milliseconds
     * @param seed of the draws
     */
    public StaticMixRouter(double[] shares, long timeoutMillis, long seed) {
        this.draws = new MixDraws(shares, seed);
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void begin(ServedWorld ofRun) {
        world = ofRun;
    }

    @Override
    public void arrived(SimulatedRequest request) {
        String model = world.ids().get(draws.next());
        world.call(
                model,
                request,
                timeoutMillis,
                ended ->
                        world.respond(
                                request,
                                new ServedResponse(
                                        ended.ok() ? model : null, Double.NaN, List.of(ended))));
    }
}
