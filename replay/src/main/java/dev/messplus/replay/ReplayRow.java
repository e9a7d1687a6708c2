package dev.messplus.replay;

import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.SeedResult;
import dev.messplus.replay.policy.SlaWindow;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The figures of a policy at one alpha and number in flight, over seeds. Energies are in joules per
 * request, deficits and shortfalls in requests; see {@link SeedResult}.
 *
 * @param results of each seed, at least one
 * @param staticJoules energy of the best static mix for each seed's requests, in joules per request
 * @param tolerance how far below alpha the mean score of a run still meets it, in [0, 1]
 * @param window over which the SLA promises alpha
 */
public record ReplayRow(
        ReplayEntry entry,
        List<SeedResult> results,
        double[] staticJoules,
        double tolerance,
        SlaWindow window) {

    /**
     * A tenth of the run: means over seeds. All are {@code NaN} if it has no requests.
     *
     * @param energy joules per request of every answer, explored ones included
     * @param vsStaticMix {@code energy} divided by that of the best static mix for the whole run
     * @param score mean accuracy of the answers served
     */
    public record Tenth(double energy, double vsStaticMix, double score) {}

    public PolicyKind kind() {
        return entry.kind();
    }

    /** Title of the policy, the same at every alpha. */
    public String policy() {
        return entry.kind().title(entry.policy());
    }

    /** Settings of the policy; may be empty. */
    public String detail() {
        return entry.policy().detail();
    }

    public double alpha() {
        return entry.alpha();
    }

    public int inFlight() {
        return entry.inFlight();
    }

    public int seeds() {
        return results.size();
    }

    public Estimate energy() {
        return estimate(SeedResult::energyPerRequest);
    }

    public Estimate servedOnly() {
        return estimate(SeedResult::energyServedOnly);
    }

    /** {@link #energy} divided by that of the best static mix for the same requests. */
    public Estimate vsStaticMix() {
        return Estimate.of(vsStaticMixOfSeeds());
    }

    /** The same for each seed. */
    double[] vsStaticMixOfSeeds() {
        return vsStaticMix(SeedResult::energyPerRequest);
    }

    /** {@link #servedOnly} divided by the energy of the best static mix. */
    public Estimate servedVsStaticMix() {
        return Estimate.of(vsStaticMix(SeedResult::energyServedOnly));
    }

    public Estimate score() {
        return estimate(SeedResult::score);
    }

    /** Mean accuracy of each seed's worst shard. */
    public Estimate worstShard() {
        return estimate(seed -> StatUtils.min(seed.shardScores()));
    }

    /** Share of seeds whose mean score reached alpha. */
    public double metShare() {
        return mean(seed -> meets(seed.score()));
    }

    /** Share of the seeds' shards whose mean score reached alpha. */
    public double shardMetShare() {
        return results.stream()
                .flatMapToDouble(seed -> Arrays.stream(seed.shardScores()))
                .map(this::meets)
                .average()
                .orElseThrow();
    }

    public Estimate maxDeficit() {
        return estimate(SeedResult::maxDeficit);
    }

    public Estimate worstShortfall() {
        return estimate(SeedResult::worstShortfall);
    }

    /** The 95th percentile over seeds. */
    public double worstShortfallP95() {
        return StatUtils.percentile(values(SeedResult::worstShortfall), 95);
    }

    public Estimate worstWindow() {
        return estimate(SeedResult::worstWindow);
    }

    /** Whether the runs have at least as many requests as the window of the SLA. */
    public boolean hasFullWindow() {
        return !Double.isNaN(results.get(0).worstFullWindow());
    }

    /**
     * Share of seeds in which every full window of the SLA met alpha, within the SLA's tolerance;
     * {@code NaN} if there is no full window.
     */
    public double windowMetShare() {
        return hasFullWindow()
                ? mean(seed -> window.isMet(seed.worstFullWindow(), alpha()) ? 1 : 0)
                : Double.NaN;
    }

    /** Mean accuracy of the worst full window of the SLA, less alpha; {@code NaN} without any. */
    public Estimate worstFullWindow() {
        return estimate(seed -> seed.worstFullWindow() - alpha());
    }

    public double exploredShare() {
        return mean(SeedResult::exploredShare);
    }

    /** Share of requests that each model served, in the order of the zoo. */
    public List<Double> modelShare() {
        return IntStream.range(0, results.get(0).modelShare().length)
                .mapToObj(m -> mean(seed -> seed.modelShare()[m]))
                .toList();
    }

    /** The ten tenths of the run, in order. */
    public List<Tenth> tenths() {
        return IntStream.range(0, results.get(0).tenths().size()).mapToObj(this::tenth).toList();
    }

    private Tenth tenth(int k) {
        ToDoubleFunction<SeedResult> energy = seed -> seed.tenths().get(k).energyPerRequest();
        return new Tenth(
                StatUtils.mean(values(energy)),
                StatUtils.mean(vsStaticMix(energy)),
                mean(seed -> seed.tenths().get(k).score()));
    }

    /** The course of the first seed. */
    public SeedResult.Curve curve() {
        return results.get(0).curve();
    }

    /** 1 for a score that meets alpha, or else 0. Allows for the rounding of a sum of scores. */
    private double meets(double score) {
        return score >= alpha() - tolerance - 1e-12 ? 1 : 0;
    }

    private double[] vsStaticMix(ToDoubleFunction<SeedResult> joules) {
        double[] of = values(joules);
        return IntStream.range(0, of.length).mapToDouble(i -> of[i] / staticJoules[i]).toArray();
    }

    private Estimate estimate(ToDoubleFunction<SeedResult> value) {
        return Estimate.of(values(value));
    }

    private double[] values(ToDoubleFunction<SeedResult> value) {
        return results.stream().mapToDouble(value).toArray();
    }

    private double mean(ToDoubleFunction<SeedResult> value) {
        return results.stream().mapToDouble(value).average().orElseThrow();
    }
}
