package dev.messplus.replay;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * What a policy did at one alpha and number in flight, over seeds.
 *
 * @param kind which policy
 * @param policy its name, the same at every alpha
 * @param detail what else is to be said of it; may be empty
 * @param energy joules of all answers asked for, a request
 * @param servedOnly joules of the answers served, a request
 * @param vsStaticMix {@code energy} over that of the best static mix for the same requests
 * @param servedVsStaticMix {@code servedOnly} over that of the best static mix
 * @param score mean accuracy of the answers served
 * @param worstShard mean accuracy of the shard of a seed that has the least
 * @param metShare share of seeds whose mean reached alpha
 * @param shardMetShare share of the seeds' shards whose mean reached alpha
 * @param maxDeficit largest shortfall of any beginning of the run, in requests
 * @param worstShortfall largest shortfall of any requests in a row, in requests
 * @param worstShortfallP95 what it is at most in 95% of seeds
 * @param worstWindow least mean accuracy of any 1,000 requests in a row
 * @param exploredShare share of requests that explored
 * @param modelShare share of requests each model served, in the order of the zoo
 * @param curve how the first seed went
 */
record ReplayRow(
        ReplayPolicy kind,
        String policy,
        String detail,
        double alpha,
        int inFlight,
        int seeds,
        Estimate energy,
        Estimate servedOnly,
        Estimate vsStaticMix,
        Estimate servedVsStaticMix,
        Estimate score,
        Estimate worstShard,
        double metShare,
        double shardMetShare,
        Estimate maxDeficit,
        Estimate worstShortfall,
        double worstShortfallP95,
        Estimate worstWindow,
        double exploredShare,
        List<Double> modelShare,
        SeedResult.Curve curve) {

    /**
     * Sums up seeds.
     *
     * @param staticJoules energy of the best static mix for each seed's requests, in joules
     * @param tolerance how far below alpha a mean still meets it
     */
    static ReplayRow of(
            ReplayPolicy kind,
            String policy,
            String detail,
            double alpha,
            int inFlight,
            List<SeedResult> seeds,
            double[] staticJoules,
            double tolerance) {
        double[] energy = values(seeds, SeedResult::energyPerRequest);
        double[] served = values(seeds, SeedResult::energyServedOnly);
        double[] scores = values(seeds, SeedResult::score);
        double[] shortfalls = values(seeds, SeedResult::worstShortfall);
        int models = seeds.get(0).modelShare().length;
        return new ReplayRow(
                kind,
                policy,
                detail,
                alpha,
                inFlight,
                seeds.size(),
                Estimate.of(energy),
                Estimate.of(served),
                Estimate.of(ratios(energy, staticJoules)),
                Estimate.of(ratios(served, staticJoules)),
                Estimate.of(scores),
                Estimate.of(
                        values(
                                seeds,
                                seed -> Arrays.stream(seed.shardScores()).min().orElseThrow())),
                mean(seeds, seed -> meets(seed.score(), alpha, tolerance) ? 1 : 0),
                seeds.stream()
                        .flatMapToDouble(seed -> Arrays.stream(seed.shardScores()))
                        .map(score -> meets(score, alpha, tolerance) ? 1 : 0)
                        .average()
                        .orElseThrow(),
                Estimate.of(values(seeds, SeedResult::maxDeficit)),
                Estimate.of(shortfalls),
                StatUtils.percentile(shortfalls, 95),
                Estimate.of(values(seeds, SeedResult::worstWindow)),
                mean(seeds, SeedResult::exploredShare),
                IntStream.range(0, models)
                        .mapToObj(m -> mean(seeds, seed -> seed.modelShare()[m]))
                        .toList(),
                seeds.get(0).curve());
    }

    /** The policy and what else is to be said of it. */
    String title() {
        return detail.isEmpty() ? policy : policy + ": " + detail;
    }

    /** A sum of scores may come out a little less than it is. */
    private static boolean meets(double score, double alpha, double tolerance) {
        return score >= alpha - tolerance - 1e-12;
    }

    private static double[] ratios(double[] of, double[] to) {
        return IntStream.range(0, of.length).mapToDouble(i -> of[i] / to[i]).toArray();
    }

    private static double[] values(List<SeedResult> seeds, ToDoubleFunction<SeedResult> value) {
        return seeds.stream().mapToDouble(value).toArray();
    }

    private static double mean(List<SeedResult> seeds, ToDoubleFunction<SeedResult> value) {
        return seeds.stream().mapToDouble(value).average().orElseThrow();
    }
}
