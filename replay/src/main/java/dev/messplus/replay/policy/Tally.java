package dev.messplus.replay.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Adds up the answers of one replay, in the order of decision. */
final class Tally {

    /** Length of the window whose least average score is reported, in requests. */
    static final int WINDOW = 1_000;

    private static final int CURVE_POINTS = 300;

    private static final int TENTHS = 10;

    private final double alpha;
    private final double[] scores;
    private final double[] joules;
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

    /** A tally that keeps the scores of {@code shards} shards apart. */
    Tally(double alpha, int models, int requests, int shards) {
        this.alpha = alpha;
        scores = new double[requests];
        joules = new double[requests];
        answers = new double[models];
        ofShards = new double[shards];
        requestsOfShards = new int[shards];
    }

    /**
     * Adds the next request.
     *
     * @param score accuracy of the answer served, in [0, 1]
     * @param servedJoules energy of the answer served
     * @param besideJoules energy of the request's other answers
     */
    void serve(double score, double servedJoules, double besideJoules) {
        serve(0, score, servedJoules, besideJoules);
    }

    /** Adds the next request, which belongs to a shard. */
    void serve(int shard, double score, double servedJoules, double besideJoules) {
        ofShards[shard] += score;
        requestsOfShards[shard]++;
        joules[requests] = servedJoules + besideJoules;
        scores[requests++] = score;
        served += servedJoules;
        besides += besideJoules;
        deficit += alpha - score;
        maxDeficit = Math.max(maxDeficit, deficit);
        leastDeficit = Math.min(leastDeficit, deficit);
        worstShortfall = Math.max(worstShortfall, deficit - leastDeficit);
    }

    /** Adds the share of a request that a model served, which is 1 if no other model did. */
    void answeredBy(int model, double share) {
        answers[model] += share;
    }

    /** Counts a request that explored. */
    void explored() {
        explored++;
    }

    /**
     * The figures of all requests added.
     *
     * @param window of the SLA
     */
    SeedResult result(SlaWindow window) {
        double n = requests;
        return SeedResultBuilder.builder()
                .energyPerRequest((served + besides) / n)
                .energyServedOnly(served / n)
                .score(Arrays.stream(scores).limit(requests).sum() / n)
                .shardScores(shardScores())
                .maxDeficit(maxDeficit)
                .worstShortfall(worstShortfall)
                .worstWindow(worstWindow(Math.min(WINDOW, requests)))
                .worstFullWindow(
                        requests < window.requests() ? Double.NaN : worstWindow(window.requests()))
                .exploredShare(explored / n)
                .modelShare(Arrays.stream(answers).map(share -> share / n).toArray())
                .tenths(tenths())
                .curve(curve())
                .build();
    }

    private double[] shardScores() {
        return IntStream.range(0, ofShards.length)
                .filter(shard -> requestsOfShards[shard] > 0)
                .mapToDouble(shard -> ofShards[shard] / requestsOfShards[shard])
                .toArray();
    }

    private double worstWindow(int window) {
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < requests; i++) {
            sum += scores[i] - (i < window ? 0 : scores[i - window]);
            least = i + 1 < window ? least : Math.min(least, sum);
        }
        return least / window;
    }

    private List<SeedResult.Tenth> tenths() {
        List<SeedResult.Tenth> tenths = new ArrayList<>(TENTHS);
        for (int k = 0; k < TENTHS; k++) {
            int from = (int) ((long) k * requests / TENTHS);
            int to = (int) ((k + 1L) * requests / TENTHS);
            tenths.add(new SeedResult.Tenth(mean(joules, from, to), mean(scores, from, to)));
        }
        return tenths;
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, from, to).average().orElse(Double.NaN);
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
