package dev.messplus.replay;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The figures of a policy over all alphas and all orders of the zoo, at one number in flight.
 *
 * @param policy its title
 * @param inFlight requests that were decided before the label of one was known
 * @param orders number of orders
 * @param energyVsStaticMix geometric mean of its energy over that of the best static mix
 * @param energyLeast the least such figure of any order, itself the geometric mean over the alphas
 * @param energyMost the largest such figure of any order
 * @param metShareMin least share of seeds that met alpha, of all orders and alphas
 */
@RecordBuilder
public record OrdersRow(
        String policy,
        int inFlight,
        int orders,
        double energyVsStaticMix,
        double energyLeast,
        double energyMost,
        double metShareMin) {

    /**
     * Summarises replays of the zoo in several orders.
     *
     * @param summaries of each order; they may list the policies in different orders
     */
    static List<OrdersRow> of(List<List<SummaryRow>> summaries) {
        Map<List<Object>, List<SummaryRow>> groups = new LinkedHashMap<>();
        for (List<SummaryRow> summary : summaries) {
            for (SummaryRow row : summary) {
                groups.computeIfAbsent(
                                List.of(row.inFlight(), row.policy()), key -> new ArrayList<>())
                        .add(row);
            }
        }
        return groups.values().stream().map(OrdersRow::ofPolicy).toList();
    }

    private static OrdersRow ofPolicy(List<SummaryRow> rows) {
        double[] energy = rows.stream().mapToDouble(SummaryRow::energyVsStaticMix).toArray();
        return OrdersRowBuilder.builder()
                .policy(rows.get(0).policy())
                .inFlight(rows.get(0).inFlight())
                .orders(rows.size())
                .energyVsStaticMix(StatUtils.geometricMean(energy))
                .energyLeast(StatUtils.min(energy))
                .energyMost(StatUtils.max(energy))
                .metShareMin(
                        StatUtils.min(rows.stream().mapToDouble(SummaryRow::metShareMin).toArray()))
                .build();
    }
}
