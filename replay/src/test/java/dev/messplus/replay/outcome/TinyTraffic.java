package dev.messplus.replay.outcome;

import dev.messplus.core.Exploration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Traffic that is small enough to work out by hand. */
public final class TinyTraffic {

    public static final long SEED = 1;

    private TinyTraffic() {}

    /** A small model of 1 J and a large one of 10 J; only the first request explores. */
    public static Traffic of(double[]... scores) {
        return of(SEED, scores);
    }

    /** The same, for the draws of another seed. */
    public static Traffic of(long seed, double[]... scores) {
        List<Recorded> requests = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            requests.add(request(id(seed, i, i == 0), "math", scores[i], new double[] {1, 10}));
        }
        return new Traffic(List.of("small", "large"), requests);
    }

    /** {@code n} requests that only the large model answers well. */
    public static Traffic hard(int n) {
        return hard(n, SEED);
    }

    /** The same, for the draws of another seed. */
    public static Traffic hard(int n, long seed) {
        return of(
                seed,
                IntStream.range(0, n).mapToObj(i -> new double[] {0, 1}).toArray(double[][]::new));
    }

    public static Recorded request(String id, String kind, double[] scores, double[] joules) {
        return new Recorded(id, kind, 10, new float[] {1}, scores, joules);
    }

    /** An id that explores, or does not, at any probability between 1% and 99%. */
    private static String id(long seed, int number, boolean explores) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> number + "-" + i)
                .filter(
                        id -> {
                            double draw = Exploration.draw(seed, id);
                            return explores ? draw < .01 : draw > .99;
                        })
                .findFirst()
                .orElseThrow();
    }
}
