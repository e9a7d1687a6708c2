package dev.messplus.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A replay as JSON; what is not known is left out. */
public final class ReplayJson {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                    .build();

    private ReplayJson() {}

    /** Writes a file, over an older one; its folder is made if it is missing. */
    public static void write(Path file, ReplayReport report) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, render(report) + "\n");
    }

    static String render(ReplayReport report) throws IOException {
        ReplayOptions options = report.options();
        return MAPPER.writeValueAsString(
                new Document(
                        report.requests(),
                        options.order().name().toLowerCase(Locale.ROOT),
                        options.embedding(),
                        options.toleranceMet(),
                        new TreeMap<>(options.settings()),
                        report.rows().stream().map(row -> run(report, row)).toList(),
                        report.summary().stream().map(ReplayJson::summary).toList(),
                        report.notes()));
    }

    private record Document(
            int requests,
            String order,
            String embedding,
            double toleranceMet,
            Map<String, String> settings,
            List<Run> runs,
            List<SummaryLine> summary,
            List<String> notes) {}

    /** Energies in joules; intervals are half their width, and missing with one seed. */
    private record Run(
            String data,
            double alpha,
            int inFlight,
            double feedbackRate,
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
            Map<String, Double> modelShare) {}

    private record SummaryLine(
            String policy,
            int inFlight,
            Double energyVsStaticMix,
            Double metShareMin,
            Double maxDeficitMean,
            Double maxDeficitWorst) {}

    private static Run run(ReplayReport report, ReplayRow row) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (int m = 0; m < report.models().size(); m++) {
            shares.put(report.models().get(m), row.modelShare().get(m));
        }
        return new Run(
                report.data(),
                row.alpha(),
                row.inFlight(),
                report.options().feedbackRate(),
                row.policy(),
                row.detail().isEmpty() ? null : row.detail(),
                row.seeds(),
                known(row.energy().mean()),
                known(row.energy().ci95()),
                known(row.servedOnly().mean()),
                known(row.servedOnly().ci95()),
                known(row.vsStaticMix().mean()),
                known(row.vsStaticMix().ci95()),
                known(row.servedVsStaticMix().mean()),
                known(row.score().mean()),
                known(row.score().ci95()),
                known(row.metShare()),
                known(row.worstShard().mean()),
                known(row.shardMetShare()),
                known(row.maxDeficit().mean()),
                known(row.maxDeficit().ci95()),
                known(row.maxDeficit().max()),
                known(row.worstShortfall().mean()),
                known(row.worstShortfallP95()),
                known(row.worstShortfall().max()),
                known(row.worstWindow().mean()),
                known(row.worstWindow().ci95()),
                known(row.worstWindow().min()),
                row.kind().isMess() ? known(row.exploredShare()) : null,
                shares);
    }

    private static SummaryLine summary(SummaryRow row) {
        return new SummaryLine(
                row.policy(),
                row.inFlight(),
                known(row.energyVsStaticMix()),
                known(row.metShareMin()),
                known(row.maxDeficitMean()),
                known(row.maxDeficitWorst()));
    }

    private static Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
