package dev.messplus.replay;

import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.SeedResult;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The figures of a policy at one alpha and number in flight, over seeds.
 *
 * @param kind of the policy
 * @param policy its title, the same at every alpha
 * @param detail its settings; may be empty
 * @param alpha average score to reach, in [0, 1]
 * @param inFlight requests that were decided before the outcome of one was known
 * @param seeds number of seeds
 * @param energy joules per request of every answer, explored ones included
 * @param servedOnly joules per request of the answers served
 * @param vsStaticMix {@code energy} divided by that of the best static mix for the same requests
 * @param vsStaticMixOfSeeds the same for each seed
 * @param servedVsStaticMix {@code servedOnly} divided by the energy of the best static mix
 * @param score mean accuracy of the answers served
 * @param worstShard mean accuracy of each seed's worst shard
 * @param metShare share of seeds whose mean score reached alpha
 * @param shardMetShare share of the seeds' shards whose mean score reached alpha
 * @param maxDeficit largest shortfall of any prefix of the run, in requests
 * @param worstShortfall largest shortfall of any consecutive requests, in requests
 * @param worstShortfallP95 its 95th percentile over seeds
 * @param worstWindow least mean accuracy of any 1,000 consecutive requests
 * @param exploredShare share of requests that explored
 * @param modelShare share of requests that each model served, in the order of the zoo
 * @param tenths the ten tenths of the run, in order
 * @param curve the course of the first seed
 */
@RecordBuilder
public record ReplayRow(
        PolicyKind kind,
        String policy,
        String detail,
        double alpha,
        int inFlight,
        int seeds,
        Estimate energy,
        Estimate servedOnly,
        Estimate vsStaticMix,
        List<Double> vsStaticMixOfSeeds,
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
        List<Tenth> tenths,
        SeedResult.Curve curve) {

    /**
     * A tenth of the run: means over seeds. All are {@code NaN} if it has no requests.
     *
     * @param energy joules per request of every answer, explored ones included
     * @param vsStaticMix {@code energy} divided by that of the best static mix for the whole run
     * @param score mean accuracy of the answers served
     */
    public record Tenth(double energy, double vsStaticMix, double score) {}

    /**
     * Aggregates the results of a policy over seeds.
     *
     * @param entry the policy, at one alpha and number in flight
     * @param staticJoules energy of the best static mix for each seed's requests, in joules per
     *     request
     * @param tolerance how far below alpha a mean score still meets it
     */
    static ReplayRow of(
            ReplayEntry entry, List<SeedResult> seeds, double[] staticJoules, double tolerance) {
        double alpha = entry.alpha();
        double[] energy = values(seeds, SeedResult::energyPerRequest);
        double[] served = values(seeds, SeedResult::energyServedOnly);
        double[] vsStaticMix = ratios(energy, staticJoules);
        double[] shortfalls = values(seeds, SeedResult::worstShortfall);
        return ReplayRowBuilder.builder()
                .kind(entry.kind())
                .policy(entry.kind().title(entry.policy()))
                .detail(entry.policy().detail())
                .alpha(alpha)
                .inFlight(entry.inFlight())
                .seeds(seeds.size())
                .energy(Estimate.of(energy))
                .servedOnly(Estimate.of(served))
                .vsStaticMix(Estimate.of(vsStaticMix))
                .vsStaticMixOfSeeds(Arrays.stream(vsStaticMix).boxed().toList())
                .servedVsStaticMix(Estimate.of(ratios(served, staticJoules)))
                .score(Estimate.of(values(seeds, SeedResult::score)))
                .worstShard(Estimate.of(values(seeds, ReplayRow::worstShard)))
                .metShare(mean(seeds, seed -> meets(seed.score(), alpha, tolerance) ? 1 : 0))
                .shardMetShare(shardMetShare(seeds, alpha, tolerance))
                .maxDeficit(Estimate.of(values(seeds, SeedResult::maxDeficit)))
                .worstShortfall(Estimate.of(shortfalls))
                .worstShortfallP95(StatUtils.percentile(shortfalls, 95))
                .worstWindow(Estimate.of(values(seeds, SeedResult::worstWindow)))
                .exploredShare(mean(seeds, SeedResult::exploredShare))
                .modelShare(modelShare(seeds))
                .tenths(tenths(seeds, staticJoules))
                .curve(seeds.get(0).curve())
                .build();
    }

    /** The policy with its settings. */
    public String title() {
        return detail.isEmpty() ? policy : policy + ": " + detail;
    }

    /** Allows for the rounding of a sum of scores. */
    private static boolean meets(double score, double alpha, double tolerance) {
        return score >= alpha - tolerance - 1e-12;
    }

    private static double worstShard(SeedResult seed) {
        return Arrays.stream(seed.shardScores()).min().orElseThrow();
    }

    private static double shardMetShare(List<SeedResult> seeds, double alpha, double tolerance) {
        return seeds.stream()
                .flatMapToDouble(seed -> Arrays.stream(seed.shardScores()))
                .map(score -> meets(score, alpha, tolerance) ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static List<Double> modelShare(List<SeedResult> seeds) {
        return IntStream.range(0, seeds.get(0).modelShare().length)
                .mapToObj(m -> mean(seeds, seed -> seed.modelShare()[m]))
                .toList();
    }

    private static List<Tenth> tenths(List<SeedResult> seeds, double[] staticJoules) {
        return IntStream.range(0, seeds.get(0).tenths().size())
                .mapToObj(
                        k -> {
                            double[] energy =
                                    values(seeds, seed -> seed.tenths().get(k).energyPerRequest());
                            return new Tenth(
                                    StatUtils.mean(energy),
                                    StatUtils.mean(ratios(energy, staticJoules)),
                                    mean(seeds, seed -> seed.tenths().get(k).score()));
                        })
                .toList();
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
