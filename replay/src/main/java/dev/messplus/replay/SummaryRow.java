package dev.messplus.replay;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a policy over all alphas, at one number in flight.
 *
 * <p>The interval is by the delta method: the logarithm of a geometric mean over alphas moves with
 * the mean over alphas of each figure's relative deviation. A seed has the same requests at every
 * alpha, so its deviations are averaged first; seeds are independent.
 *
 * @param policy its title
 * @param inFlight requests that were decided before the label of one was known
 * @param energyVsStaticMix geometric mean over the alphas of its energy over that of the best
 *     static mix
 * @param ci95 half the width of its 95% confidence interval; {@code NaN} with one seed
 * @param metShareMin least share of seeds that met alpha, of all alphas
 * @param windowMetMin least share of seeds in which every full window of the SLA met alpha, of all
 *     alphas; {@code NaN} if there is no full window
 * @param maxDeficitMean largest deficit, mean over seeds and alphas, in requests
 * @param maxDeficitWorst largest deficit of any seed and alpha, in requests
 */
@RecordBuilder
public record SummaryRow(
        String policy,
        int inFlight,
        double energyVsStaticMix,
        double ci95,
        double metShareMin,
        double windowMetMin,
        double maxDeficitMean,
        double maxDeficitWorst) {

    /** Summarises rows by number in flight and policy, in the order of the rows. */
    static List<SummaryRow> of(List<ReplayRow> rows) {
        Map<List<Object>, List<ReplayRow>> groups = new LinkedHashMap<>();
        for (ReplayRow row : rows) {
            groups.computeIfAbsent(List.of(row.inFlight(), row.policy()), key -> new ArrayList<>())
                    .add(row);
        }
        return groups.values().stream().map(SummaryRow::ofPolicy).toList();
    }

    private static SummaryRow ofPolicy(List<ReplayRow> rows) {
        double logs = 0;
        var relative = new double[rows.get(0).seeds()];
        double least = 1;
        double windows = 1;
        double deficits = 0;
        double worst = 0;
        for (ReplayRow row : rows) {
            double mean = row.vsStaticMix().mean();
            double[] ofSeeds = row.vsStaticMixOfSeeds();
            logs += Math.log(mean);
            for (int seed = 0; seed < relative.length; seed++) {
                double deviation = ofSeeds[seed] / mean;
                relative[seed] += deviation / rows.size();
            }
            least = Math.min(least, row.metShare());
            windows = Math.min(windows, row.windowMetShare());
            deficits += row.maxDeficit().mean();
            worst = Math.max(worst, row.maxDeficit().max());
        }
        double energy = Math.exp(logs / rows.size());
        return SummaryRowBuilder.builder()
                .policy(rows.get(0).policy())
                .inFlight(rows.get(0).inFlight())
                .energyVsStaticMix(energy)
                .ci95(energy * Estimate.of(relative).ci95())
                .metShareMin(least)
                .windowMetMin(windows)
                .maxDeficitMean(deficits / rows.size())
                .maxDeficitWorst(worst)
                .build();
    }
}
