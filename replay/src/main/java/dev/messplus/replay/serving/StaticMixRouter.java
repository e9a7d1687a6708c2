package dev.messplus.replay.serving;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws the model of every request from one fixed distribution, and sends it there at once. The
 * only limit is the queue of the server itself. A request whose call fails gets no answer.
 */
public final class StaticMixRouter implements ServingRouter {

    private final double[] shares;
    private final long timeoutMillis;
    private final SplittableRandom random;
    private ServedWorld world;

    /**
     * A mix.
     *
     * @param shares of each model, in the order of the zoo; they add up to 1
     * @param timeoutMillis when a call is given up, in milliseconds
     * @param seed of the draws
     */
    public StaticMixRouter(double[] shares, long timeoutMillis, long seed) {
        this.shares = shares.clone();
        this.timeoutMillis = timeoutMillis;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void begin(ServedWorld ofRun) {
        world = ofRun;
    }

    @Override
    public void arrived(SimulatedRequest request) {
        String model = world.ids().get(draw());
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

    private int draw() {
        double uniform = random.nextDouble();
        int last = 0;
        for (int m = 0; m < shares.length; m++) {
            uniform -= shares[m];
            if (shares[m] > 0) {
                last = m;
                if (uniform < 0) {
                    return m;
                }
            }
        }
        // The shares sum to a little less than 1.
        return last;
    }
}
