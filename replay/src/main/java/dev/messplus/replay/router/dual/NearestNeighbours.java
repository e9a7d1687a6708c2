package dev.messplus.replay.router.dual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Estimates each model's score on a prompt as the mean over the k labelled prompts nearest to it,
 * by Euclidean distance. The search is exact: it looks at every labelled prompt.
 */
final class NearestNeighbours {

    private record Labelled(double[] x, double[] scores) {}

    private final int k;
    private final List<Labelled> labelled = new ArrayList<>();

    NearestNeighbours(int k) {
        this.k = k;
    }

    /**
     * Adds a prompt.
     *
     * @param scores of every model
     */
    void add(double[] x, double[] scores) {
        labelled.add(new Labelled(x, scores));
    }

    /** Number of labelled prompts. */
    int size() {
        return labelled.size();
    }

    /** Estimated score of every model; at least one prompt must be labelled. */
    double[] estimate(double[] x) {
        int count = Math.min(k, labelled.size());
        var nearest = new int[count];
        var distances = new double[count];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        for (int i = 0; i < labelled.size(); i++) {
            double distance = squaredDistance(x, labelled.get(i).x());
            int at = count - 1;
            if (distance >= distances[at]) {
                continue;
            }
            for (; at > 0 && distances[at - 1] > distance; at--) {
                distances[at] = distances[at - 1];
                nearest[at] = nearest[at - 1];
            }
            distances[at] = distance;
            nearest[at] = i;
        }
        return meanScores(nearest);
    }

    private double[] meanScores(int[] indices) {
        var means = new double[labelled.get(0).scores().length];
        for (int i : indices) {
            for (int m = 0; m < means.length; m++) {
                means[m] += labelled.get(i).scores()[m] / indices.length;
            }
        }
        return means;
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }
}
