package dev.messplus.replay.outcome;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A simulated model that is hardly worth its price, for zoos whose prices span a wide range. It has
 * the scores of the most accurate model, except that one request in ten gets that model's score on
 * a random other request, and it takes 40 times that model's energy. It is the same in every run.
 */
public final class SteepModel {

    private static final double ENERGY_FACTOR = 40;
    private static final int REDRAWN_ONE_IN = 10;
    private static final long SEED = 0x57EE9;

    private SteepModel() {}

    /** The same traffic with the steep model as the last of the zoo. */
    public static Traffic addTo(Traffic traffic) {
        List<Recorded> requests = traffic.requests();
        int best = Traffic.least(traffic.means(), mean -> -mean.score());
        var random = new SplittableRandom(SEED);
        List<Recorded> steep = new ArrayList<>(requests.size());
        for (Recorded request : requests) {
            boolean redrawn = random.nextInt(REDRAWN_ONE_IN) == 0;
            Recorded source = redrawn ? requests.get(random.nextInt(requests.size())) : request;
            steep.add(
                    request.answeredWith(
                            append(request.scores(), source.scores()[best]),
                            append(request.joules(), ENERGY_FACTOR * request.joules()[best])));
        }
        List<String> zoo = new ArrayList<>(traffic.models());
        zoo.add(traffic.models().get(best) + "-steep");
        return new Traffic(zoo, steep);
    }

    private static double[] append(double[] values, double value) {
        double[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }
}
