package dev.messplus.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a policy over all alphas, at one number in flight.
 *
 * @param policy its title
 * @param inFlight requests that were decided before the outcome of one was known
 * @param energyVsStaticMix geometric mean over the alphas of its energy over that of the best
 *     static mix
 * @param metShareMin least share of seeds that met alpha, of all alphas
 * @param maxDeficitMean largest deficit, mean over seeds and alphas, in requests
 * @param maxDeficitWorst largest deficit of any seed and alpha, in requests
 */
public record SummaryRow(
        String policy,
        int inFlight,
        double energyVsStaticMix,
        double metShareMin,
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
        double least = 1;
        double deficits = 0;
        double worst = 0;
        for (ReplayRow row : rows) {
            logs += Math.log(row.vsStaticMix().mean());
            least = Math.min(least, row.metShare());
            deficits += row.maxDeficit().mean();
            worst = Math.max(worst, row.maxDeficit().max());
        }
        return new SummaryRow(
                rows.get(0).policy(),
                rows.get(0).inFlight(),
                Math.exp(logs / rows.size()),
                least,
                deficits / rows.size(),
                worst);
    }
}
