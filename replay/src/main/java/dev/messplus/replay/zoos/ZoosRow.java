package dev.messplus.replay.zoos;

import dev.messplus.replay.Estimate;
import dev.messplus.replay.ReplayRow;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The figures of a policy over all zoos, at one number in flight.
 *
 * @param policy its title
 * @param inFlight requests that were decided before the label of one was known
 * @param zoos number of zoos: those that have the policy
 * @param energyVsStaticMix geometric mean over the zoos of its energy over that of the zoo's best
 *     static mix
 * @param ci95 half the width of its 95% confidence interval, by the delta method; {@code NaN} with
 *     one zoo
 * @param energyMost the largest such figure of any zoo
 * @param worstZoo number of that zoo
 * @param metShare share of all runs, which are seeds of zoos, that met alpha
 * @param windowMet share of all runs in which every full window of the SLA met alpha; {@code NaN}
 *     if there is no full window
 * @param worstScore the mean score less alpha, of the zoo where that is least
 */
@RecordBuilder
public record ZoosRow(
        String policy,
        int inFlight,
        int zoos,
        double energyVsStaticMix,
        double ci95,
        double energyMost,
        int worstZoo,
        double metShare,
        double windowMet,
        double worstScore) {

    /** A row of a zoo. */
    private record Of(int zoo, ReplayRow row) {

        double vsStaticMix() {
            return row.vsStaticMix().mean();
        }
    }

    /** Summarises zoos by number in flight and policy. */
    static List<ZoosRow> of(List<ZooResult> zoos) {
        Map<Integer, Map<String, List<Of>>> groups = new LinkedHashMap<>();
        for (ZooResult zoo : zoos) {
            for (ReplayRow row : zoo.rows()) {
                groups.computeIfAbsent(row.inFlight(), key -> new LinkedHashMap<>())
                        .computeIfAbsent(row.policy(), key -> new ArrayList<>())
                        .add(new Of(zoo.number(), row));
            }
        }
        return groups.values().stream()
                .flatMap(policies -> policies.values().stream())
                .map(ZoosRow::ofPolicy)
                .toList();
    }

    private static ZoosRow ofPolicy(List<Of> zoos) {
        ReplayRow first = zoos.get(0).row();
        Estimate log =
                Estimate.of(zoos.stream().mapToDouble(of -> Math.log(of.vsStaticMix())).toArray());
        Of worst = zoos.stream().max(Comparator.comparingDouble(Of::vsStaticMix)).orElseThrow();
        double energy = Math.exp(log.mean());
        return ZoosRowBuilder.builder()
                .policy(first.policy())
                .inFlight(first.inFlight())
                .zoos(zoos.size())
                .energyVsStaticMix(energy)
                .ci95(energy * log.ci95())
                .energyMost(worst.vsStaticMix())
                .worstZoo(worst.zoo())
                .metShare(StatUtils.mean(values(zoos, ReplayRow::metShare)))
                .windowMet(StatUtils.mean(values(zoos, ReplayRow::windowMetShare)))
                .worstScore(StatUtils.min(values(zoos, row -> row.score().mean() - row.alpha())))
                .build();
    }

    private static double[] values(List<Of> zoos, ToDoubleFunction<ReplayRow> value) {
        return zoos.stream().mapToDouble(of -> value.applyAsDouble(of.row())).toArray();
    }
}
