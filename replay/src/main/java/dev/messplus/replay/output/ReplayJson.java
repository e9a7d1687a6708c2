package dev.messplus.replay.output;

import dev.messplus.replay.OrdersRow;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.SummaryRow;
import dev.messplus.replay.Words;
import dev.messplus.replay.policy.Conditions;
import dev.messplus.report.JsonText;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a report as JSON. Fields without a value are left out. */
public final class ReplayJson {

    private ReplayJson() {}

    /** Writes or replaces a file; its folder is created if it is missing. */
    public static void write(Path file, ReplayReport report) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, render(report));
    }

    static String render(ReplayReport report) throws IOException {
        ReplayOptions options = report.options();
        return JsonText.render(
                ReplayJsonDocumentBuilder.builder()
                        .requests(report.requests())
                        .order(Words.of(options.order()))
                        .passes(options.passes())
                        .drift(Words.of(options.drift()))
                        .embedding(options.embedding())
                        .toleranceMet(options.toleranceMet())
                        .settings(new TreeMap<>(options.settings()))
                        .runs(report.rows().stream().map(row -> run(report, row)).toList())
                        .summary(report.summary().stream().map(ReplayJson::summary).toList())
                        .world(report.world())
                        .orders(
                                report.orders().isEmpty()
                                        ? null
                                        : report.orders().stream().map(ReplayJson::orders).toList())
                        .notes(report.notes())
                        .build());
    }

    @RecordBuilder
    record Document(
            int requests,
            String world,
            String order,
            int passes,
            String drift,
            String embedding,
            double toleranceMet,
            Map<String, String> settings,
            List<Run> runs,
            List<SummaryLine> summary,
            List<OrdersLine> orders,
            List<String> notes) {}

    /**
     * A row of the report. Energies are joules per request; {@code ...Ci95} is half the width of
     * the interval, and missing with one seed.
     */
    @RecordBuilder
    record Run(
            String data,
            double alpha,
            int inFlight,
            double feedbackRate,
            String labels,
            int joulesAfter,
            String delay,
            String raters,
            String policy,
            String detail,
            int seeds,
            Double energyPerRequest,
            Double energyPerRequestCi95,
            Double energyServedOnly,
            Double energyServedOnlyCi95,
            Double energyVsStaticMix,
            Double energyVsStaticMixCi95,
            Double energyServedVsStaticMix,
            Double score,
            Double scoreCi95,
            Double metShare,
            Double worstShard,
            Double shardMetShare,
            Double maxDeficit,
            Double maxDeficitCi95,
            Double maxDeficitWorst,
            Double worstShortfall,
            Double worstShortfallP95,
            Double worstShortfallWorst,
            Double worstWindow,
            Double worstWindowCi95,
            Double worstWindowLeast,
            Double exploredShare,
            Map<String, Double> modelShare,
            List<TenthLine> tenths) {}

    /** A tenth of a run, in order. */
    record TenthLine(Double energyPerRequest, Double energyVsStaticMix, Double score) {}

    @RecordBuilder
    record SummaryLine(
            String policy,
            int inFlight,
            Double energyVsStaticMix,
            Double energyVsStaticMixCi95,
            Double metShareMin,
            Double maxDeficitMean,
            Double maxDeficitWorst) {}

    /** A policy over all orders of the zoo. */
    @RecordBuilder
    record OrdersLine(
            String policy,
            int inFlight,
            int orders,
            Double energyVsStaticMix,
            Double energyVsStaticMixLeast,
            Double energyVsStaticMixMost,
            Double metShareMin) {}

    private static Run run(ReplayReport report, ReplayRow row) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (int m = 0; m < report.models().size(); m++) {
            shares.put(report.models().get(m), row.modelShare().get(m));
        }
        Conditions conditions = report.options().conditions(row.inFlight());
        return ReplayJsonRunBuilder.builder()
                .data(report.data())
                .alpha(row.alpha())
                .inFlight(row.inFlight())
                .feedbackRate(conditions.feedbackRate())
                .labels(Words.of(conditions.labels()))
                .joulesAfter(conditions.joulesAfter())
                .delay(Words.of(conditions.delay()))
                .raters(Words.of(conditions.raters()))
                .policy(row.policy())
                .detail(row.detail().isEmpty() ? null : row.detail())
                .seeds(row.seeds())
                .energyPerRequest(known(row.energy().mean()))
                .energyPerRequestCi95(known(row.energy().ci95()))
                .energyServedOnly(known(row.servedOnly().mean()))
                .energyServedOnlyCi95(known(row.servedOnly().ci95()))
                .energyVsStaticMix(known(row.vsStaticMix().mean()))
                .energyVsStaticMixCi95(known(row.vsStaticMix().ci95()))
                .energyServedVsStaticMix(known(row.servedVsStaticMix().mean()))
                .score(known(row.score().mean()))
                .scoreCi95(known(row.score().ci95()))
                .metShare(known(row.metShare()))
                .worstShard(known(row.worstShard().mean()))
                .shardMetShare(known(row.shardMetShare()))
                .maxDeficit(known(row.maxDeficit().mean()))
                .maxDeficitCi95(known(row.maxDeficit().ci95()))
                .maxDeficitWorst(known(row.maxDeficit().max()))
                .worstShortfall(known(row.worstShortfall().mean()))
                .worstShortfallP95(known(row.worstShortfallP95()))
                .worstShortfallWorst(known(row.worstShortfall().max()))
                .worstWindow(known(row.worstWindow().mean()))
                .worstWindowCi95(known(row.worstWindow().ci95()))
                .worstWindowLeast(known(row.worstWindow().min()))
                .exploredShare(row.kind().explores() ? known(row.exploredShare()) : null)
                .modelShare(shares)
                .tenths(row.tenths().stream().map(ReplayJson::tenth).toList())
                .build();
    }

    private static TenthLine tenth(ReplayRow.Tenth tenth) {
        return new TenthLine(
                known(tenth.energy()), known(tenth.vsStaticMix()), known(tenth.score()));
    }

    private static SummaryLine summary(SummaryRow row) {
        return ReplayJsonSummaryLineBuilder.builder()
                .policy(row.policy())
                .inFlight(row.inFlight())
                .energyVsStaticMix(known(row.energyVsStaticMix()))
                .energyVsStaticMixCi95(known(row.ci95()))
                .metShareMin(known(row.metShareMin()))
                .maxDeficitMean(known(row.maxDeficitMean()))
                .maxDeficitWorst(known(row.maxDeficitWorst()))
                .build();
    }

    private static OrdersLine orders(OrdersRow row) {
        return ReplayJsonOrdersLineBuilder.builder()
                .policy(row.policy())
                .inFlight(row.inFlight())
                .orders(row.orders())
                .energyVsStaticMix(known(row.energyVsStaticMix()))
                .energyVsStaticMixLeast(known(row.energyLeast()))
                .energyVsStaticMixMost(known(row.energyMost()))
                .metShareMin(known(row.metShareMin()))
                .build();
    }

    private static Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
