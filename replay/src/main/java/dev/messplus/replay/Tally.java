package dev.messplus.replay;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Adds up what one replay serves, request after request in the order of decision. */
final class Tally {

    /** Requests of the window whose least average is reported. */
    static final int WINDOW = 1_000;

    private static final int CURVE_POINTS = 300;

    private final double alpha;
    private final double[] scores;
    private final double[] answers;
    private final double[] ofShards;
    private final int[] requestsOfShards;

    private int requests;
    private int explored;
    private double served;
    private double besides;
    private double deficit;
    private double maxDeficit;
    private double leastDeficit;
    private double worstShortfall;

    /** A tally of {@code requests} requests over {@code models} models. */
    Tally(double alpha, int models, int requests) {
        this(alpha, models, requests, 1);
    }

    /** The same in {@code shards} shards. */
    Tally(double alpha, int models, int requests, int shards) {
        this.alpha = alpha;
        scores = new double[requests];
        answers = new double[models];
        ofShards = new double[shards];
        requestsOfShards = new int[shards];
    }

    /**
     * Takes in a request.
     *
     * @param score accuracy of what was served, in [0, 1]
     * @param servedJoules its energy
     * @param besideJoules energy of the other answers that were asked for
     */
    void serve(double score, double servedJoules, double besideJoules) {
        serve(0, score, servedJoules, besideJoules);
    }

    /** The same for a request of a shard. */
    void serve(int shard, double score, double servedJoules, double besideJoules) {
        ofShards[shard] += score;
        requestsOfShards[shard]++;
        scores[requests++] = score;
        served += servedJoules;
        besides += besideJoules;
        deficit += alpha - score;
        maxDeficit = Math.max(maxDeficit, deficit);
        leastDeficit = Math.min(leastDeficit, deficit);
        worstShortfall = Math.max(worstShortfall, deficit - leastDeficit);
    }

    /** Says which model served: the share of a request that it did. */
    void answeredBy(int model, double share) {
        answers[model] += share;
    }

    /** Says that a request explored. */
    void explored() {
        explored++;
    }

    /** What came of it. */
    SeedResult result() {
        double n = requests;
        return new SeedResult(
                (served + besides) / n,
                served / n,
                Arrays.stream(scores).limit(requests).sum() / n,
                shardScores(),
                maxDeficit,
                worstShortfall,
                worstWindow(),
                explored / n,
                Arrays.stream(answers).map(share -> share / n).toArray(),
                curve());
    }

    private double[] shardScores() {
        return IntStream.range(0, ofShards.length)
                .filter(shard -> requestsOfShards[shard] > 0)
                .mapToDouble(shard -> ofShards[shard] / requestsOfShards[shard])
                .toArray();
    }

    private double worstWindow() {
        int window = Math.min(WINDOW, requests);
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < requests; i++) {
            sum += scores[i] - (i < window ? 0 : scores[i - window]);
            least = i + 1 < window ? least : Math.min(least, sum);
        }
        return least / window;
    }

    private SeedResult.Curve curve() {
        int points = Math.min(requests, CURVE_POINTS);
        var curve = new SeedResult.Curve(new int[points], new double[points], new double[points]);
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        int next = 0;
        for (int i = 0; i < requests; i++) {
            sum += scores[i];
            largest = Math.max(largest, alpha * (i + 1) - sum);
            if (i + 1 == (int) ((next + 1L) * requests / points)) {
                curve.request()[next] = i + 1;
                curve.average()[next] = sum / (i + 1);
                curve.deficit()[next] = largest;
                largest = Double.NEGATIVE_INFINITY;
                next++;
            }
        }
        return curve;
    }
}
