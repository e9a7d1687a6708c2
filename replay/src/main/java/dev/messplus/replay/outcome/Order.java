package dev.messplus.replay.outcome;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.Clusterable;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.Well19937c;

/** The order in which requests arrive. */
public enum Order {

    /** Shuffled, differently for each seed. */
    RANDOM {
        @Override
        int[] groups(Traffic traffic) {
            return new int[traffic.requests().size()];
        }
    },

    /** The order of the file, the same for every seed. */
    FILE {
        @Override
        int[] groups(Traffic traffic) {
            return traffic.fileOrder();
        }
    },

    /**
     * One kind after the other, by name, and shuffled within a kind: traffic that drifts. If there
     * is only one kind, eight clusters of the prompts' features are used as kinds.
     */
    KIND {
        @Override
        int[] groups(Traffic traffic) {
            List<String> kinds = traffic.kinds();
            return kinds.size() > 1
                    ? traffic.requests().stream()
                            .mapToInt(request -> kinds.indexOf(request.kind()))
                            .toArray()
                    : clusters(traffic.requests());
        }
    };

    private static final int CLUSTERS = 8;
    private static final int ITERATIONS = 50;
    private static final int CLUSTER_SEED = 1;

    /** Group of each request. Groups follow each other, and each is shuffled. */
    abstract int[] groups(Traffic traffic);

    /**
     * An order for each seed from 1 to {@code seeds}.
     *
     * @param passes how many times all requests arrive, one pass after the other, each in an order
     *     of its own
     * @param rows how many requests to keep of each order, from its start
     * @return indices of requests for each seed
     */
    public List<int[]> of(Traffic traffic, int seeds, int passes, int rows) {
        int[] groups = groups(traffic);
        List<int[]> orders = new ArrayList<>(seeds);
        for (int seed = 1; seed <= seeds; seed++) {
            var random = new SplittableRandom(seed);
            orders.add(
                    IntStream.range(0, passes)
                            .flatMap(pass -> pass(groups, random))
                            .limit(rows)
                            .toArray());
        }
        return orders;
    }

    private static IntStream pass(int[] groups, SplittableRandom random) {
        return Arrays.stream(shuffled(groups.length, random))
                .boxed()
                .sorted(Comparator.comparingInt(i -> groups[i]))
                .mapToInt(i -> i);
    }

    private static int[] shuffled(int n, SplittableRandom random) {
        var order = new int[n];
        for (int i = 0; i < n; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }

    private static int[] clusters(List<Recorded> requests) {
        List<Point> points = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            points.add(Point.of(i, requests.get(i).features()));
        }
        List<CentroidCluster<Point>> clusters =
                new KMeansPlusPlusClusterer<Point>(
                                Math.min(CLUSTERS, points.size()),
                                ITERATIONS,
                                new EuclideanDistance(),
                                new Well19937c(CLUSTER_SEED))
                        .cluster(points);
        var groups = new int[requests.size()];
        for (int c = 0; c < clusters.size(); c++) {
            for (Point point : clusters.get(c).getPoints()) {
                groups[point.index()] = c;
            }
        }
        return groups;
    }

    private record Point(int index, double[] features) implements Clusterable {

        static Point of(int index, float[] features) {
            var doubles = new double[features.length];
            for (int i = 0; i < doubles.length; i++) {
                doubles[i] = features[i];
            }
            return new Point(index, doubles);
        }

        @Override
        public double[] getPoint() {
            return features;
        }
    }
}
