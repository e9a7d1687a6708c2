package dev.messplus.core.shard;

import dev.messplus.core.EnergyCorrection;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.cost.WorkModel;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Adds up what becomes known of the requests of each shard of an SLA, and sends every shard the
 * sums of all others. What it costs to send them and to learn from them does not depend on how many
 * labels they are of.
 *
 * <p>Labels are not shared where users rate, because the requests that they did not rate would be
 * missing, or under the paper's rule, which learns from explored answers alone: it is not known
 * here which those are. A judge's labels are shared, but audits are not: each shard calibrates the
 * judge by its own, and only knows its own part of the promise.
 *
 * <p>Not thread safe.
 */
public final class ShardExchange {

    private final boolean sharesServedScores;
    private final boolean sharesLabels;
    private final boolean isJudged;
    private final OutcomeSums[] reported;

    /**
     * The measurements of each model that were reported here, by id: how much they vary says what
     * one of them weighs. It grows with their number, so the caller must name models of the zoo
     * alone.
     */
    private final Map<String, WorkModel> measured = new HashMap<>();

    private long outcomes;

    /** An exchange between the shards of an SLA, before the first report. */
    public ShardExchange(Sla sla, Rule rule) {
        isJudged = sla.labels().isJudged();
        sharesServedScores = !sla.labels().isSelective() && !isJudged;
        sharesLabels = !sla.labels().isSelective() && rule.learnsFrom(Mode.EXPLOIT);
        reported = new OutcomeSums[sla.shards()];
        begin();
    }

    private void begin() {
        outcomes = 0;
        for (int shard = 0; shard < reported.length; shard++) {
            reported[shard] = new OutcomeSums();
        }
    }

    /**
     * Receives what became known of one model's answer.
     *
     * @param shard index of the shard of the request
     * @param prompt its prompt; its features are {@code null} where another embedding made them
     * @param seen what became known, and was not reported before
     */
    public void add(int shard, Prompt prompt, Observation seen) {
        boolean audit = isJudged && seen.outcome() == Observation.Outcome.RATED;
        boolean label = sharesLabels && seen.hasScore() && !audit;
        if (seen.measuresAnAnswer()) {
            measure(shard, seen.model(), prompt, seen.energy());
        }
        if (label) {
            reported[shard].model(seen.model()).labels.add(prompt.features(), seen.score());
        }
        if (seen.hasFailedJoules()) {
            reported[shard].model(seen.model()).energy.failures.add(seen.failedJoules());
        }
        if (label || seen.measuresAnAnswer() || seen.hasFailedJoules()) {
            outcomes++;
        }
    }

    /** Takes in what a model's answer took in the end, which was not reported before. */
    public void add(int shard, EnergyCorrection correction) {
        if (correction.hasJoules()) {
            measure(shard, correction.model(), correction.prompt(), correction.energy());
            outcomes++;
        }
    }

    private void measure(int shard, String model, Prompt prompt, MeasuredEnergy energy) {
        WorkModel ofAll = measured.computeIfAbsent(model, first -> new WorkModel());
        ofAll.observe(prompt, energy);
        reported[shard].model(model).energy.learn(prompt, energy, ofAll.weightOf(energy));
    }

    /** Takes in the accuracy of an answer that a shard served, in [0, 1]. */
    public void addServed(int shard, double score) {
        if (sharesServedScores) {
            reported[shard].served++;
            reported[shard].servedScoreSum += score;
        }
    }

    /** Takes in whether the last known joules of a model were estimated, not measured. */
    public void noteEnergySource(int shard, String model, boolean estimated) {
        reported[shard].model(model).energyEstimated = estimated;
    }

    /** Takes in until when a model is unavailable, in milliseconds since the epoch. */
    public void markUnavailable(int shard, String model, long untilMillis) {
        ModelSums sums = reported[shard].model(model);
        sums.unavailableUntilMillis = Math.max(sums.unavailableUntilMillis, untilMillis);
    }

    /** Labels and measurements since the last {@link #drain}. */
    public long outcomes() {
        return outcomes;
    }

    /** Whether nothing was reported since the last {@link #drain}. */
    public boolean isEmpty() {
        return Stream.of(reported).allMatch(OutcomeSums::isEmpty);
    }

    /**
     * What each shard is to learn of all others since the last call, by index of the shard; {@code
     * null} where that is nothing. The shards before and after each are added up, because the total
     * less its own might not be positive semidefinite, by rounding.
     */
    public OutcomeSums[] drain() {
        OutcomeSums[] ofOthers = new OutcomeSums[reported.length];
        OutcomeSums before = new OutcomeSums();
        for (int shard = 0; shard < reported.length; shard++) {
            ofOthers[shard] = new OutcomeSums();
            ofOthers[shard].add(before);
            before.add(reported[shard]);
        }
        OutcomeSums after = new OutcomeSums();
        for (int shard = reported.length - 1; shard >= 0; shard--) {
            ofOthers[shard].add(after);
            after.add(reported[shard]);
            ofOthers[shard] = ofOthers[shard].isEmpty() ? null : ofOthers[shard];
        }
        begin();
        return ofOthers;
    }
}
