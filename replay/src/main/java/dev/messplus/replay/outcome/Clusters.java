package dev.messplus.replay.outcome;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.Clusterable;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.Well19937c;

/** Kinds of prompts by their features: k-means clusters, the same in every run. */
final class Clusters {

    private static final int ITERATIONS = 50;
    private static final int SEED = 1;

    private Clusters() {}

    /**
     * The cluster of each request.
     *
     * @param clusters number of clusters, at least 1; no more than there are requests are made
     * @return for each request, in their order, a number from 0 to {@code clusters} - 1
     */
    static int[] of(List<Recorded> requests, int clusters) {
        List<Point> points = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            points.add(Point.of(i, requests.get(i).features()));
        }
        List<CentroidCluster<Point>> found =
                new KMeansPlusPlusClusterer<Point>(
                                Math.min(clusters, points.size()),
                                ITERATIONS,
                                new EuclideanDistance(),
                                new Well19937c(SEED))
                        .cluster(points);
        var clusterOf = new int[requests.size()];
        for (int c = 0; c < found.size(); c++) {
            for (Point point : found.get(c).getPoints()) {
                clusterOf[point.index()] = c;
            }
        }
        return clusterOf;
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
