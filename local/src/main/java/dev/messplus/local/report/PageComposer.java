package dev.messplus.local.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.record.Json;
import dev.messplus.report.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Composes the data of the HTML page of a run, as its script reads them. Texts are ready to be
 * shown; numbers are for the plots, null where a value is unknown.
 */
final class PageComposer {

    private static final MathContext DIGITS = new MathContext(6);

    private final RunReport report;
    private final Summary summary;
    private final Findings findings;
    private final List<PolicyRow> baselines;

    private PageComposer(RunReport report) {
        this.report = report;
        this.summary = Summary.of(report);
        this.findings = new Findings(report, summary);
        this.baselines =
                Stream.of(
                                summary.alwaysLargest(),
                                summary.row(Kind.RANDOM),
                                summary.row(Kind.STATIC_MIX))
                        .flatMap(Optional::stream)
                        .toList();
    }

    static ObjectNode compose(RunReport report) {
        return new PageComposer(report).page();
    }

    private ObjectNode page() {
        EnergyUnit unit = EnergyUnit.of(report, baselines);
        return object().put("headline", findings.headline())
                .put("subtitle", subtitle())
                .put("estimated", report.estimated())
                .putPOJO("models", report.models())
                .putPOJO("short_models", shortNames())
                .putPOJO("words", findings.inPlainWords())
                .putPOJO("tiles", Tiles.of(report, summary, baselines))
                .putPOJO("rows", summary.rows().stream().map(this::row).toList())
                .putPOJO("kinds", KindRow.of(report).stream().map(this::kind).toList())
                .putPOJO("receipts", ShownRequests.of(report))
                .putPOJO(
                        "receipt_words",
                        Map.of("columns", ReceiptSheet.COLUMNS, "legend", ReceiptSheet.LEGEND))
                .putPOJO("titles", titles())
                .put("trade_off_note", findings.tradeOffNote())
                .putPOJO("series", series(Curves.of(report), unit))
                .putPOJO("references", baselines.stream().map(row -> reference(row, unit)).toList())
                .putPOJO("frontier", frontier())
                .put("alpha", report.alpha())
                .put("alpha_text", Figures.score(report.alpha()))
                .putPOJO("caveats", findings.caveats())
                .putPOJO("facts", Facts.of(report));
    }

    private static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    private List<String> shortNames() {
        return report.models().stream().map(PageComposer::shortName).toList();
    }

    private String subtitle() {
        return "SLA "
                + report.sla()
                + " \u00b7 "
                + Figures.count(report.served().size())
                + " requests in "
                + Figures.duration(report.elapsed())
                + " \u00b7 "
                + energy(report.energySources());
    }

    private static String energy(JouleSources sources) {
        if (!sources.estimated()) {
            return "energy measured (" + sources.describe() + ")";
        }
        return sources.estimatedShare() < 1
                ? "energy partly estimated (" + sources.describe() + ")"
                : "energy estimated (" + sources.describeEstimates() + ")";
    }

    /** The headings of the plots, by the id of the plot: each says what its plot shows. */
    private ObjectNode titles() {
        return object().put("score", findings.score())
                .put("queue", findings.pressure())
                .put("energy", findings.energy())
                .put("mix", findings.mix())
                .put("trade_off", findings.tradeOff());
    }

    /** A policy, as text for the table and as a point for the plot. */
    private ObjectNode row(PolicyRow row) {
        return withShares(row.shares())
                .put("kind", row.kind().name())
                .put("name", row.name())
                .put("label", label(row))
                .put("joules", Figures.joules(row.joulesPerRequest()))
                .put("vs_mix", Figures.factor(row.vsStaticMix()))
                .put("score", Figures.score(row.score()))
                .put("meets", row.verdict())
                .put("explored", row.explored())
                .put("x", compact(row.joulesPerRequest()))
                .put("y", compact(row.score()));
    }

    private ObjectNode kind(KindRow row) {
        return withShares(row.shares())
                .put("kind", row.kind())
                .put("requests", Figures.count(row.requests()))
                .put("joules", Figures.joules(row.joulesPerRequest()))
                .put("score", Figures.score(row.score()))
                .put("hindsight", findings.scores(row));
    }

    /** The shares of answers by each model, as text and as numbers. */
    private static ObjectNode withShares(List<Double> shares) {
        return object().putPOJO("shares", shares.stream().map(Figures::share).toList())
                .putPOJO("widths", compact(shares));
    }

    /** The run over time, by column: all lists have one value per point. */
    private ObjectNode series(Curves curves, EnergyUnit unit) {
        return object().put("window", curves.window())
                .put("energy_unit", unit.symbol())
                .putPOJO("request", curves.points().stream().map(Curves.Point::request).toList())
                .putPOJO("average_score", column(curves, Curves.Point::averageScore))
                .putPOJO("window_score", column(curves, Curves.Point::windowScore))
                .putPOJO("pressure", column(curves, Curves.Point::pressure))
                .putPOJO("energy", energyParts(curves, unit))
                .putPOJO(
                        "shares",
                        IntStream.range(0, report.models().size())
                                .mapToObj(m -> column(curves, point -> point.shares().get(m)))
                                .toList());
    }

    /** The uses of the energy, and what each took so far. */
    private List<ObjectNode> energyParts(Curves curves, EnergyUnit unit) {
        Map<String, ToDoubleFunction<Curves.Point>> uses = new LinkedHashMap<>();
        uses.put("served", Curves.Point::servedJoules);
        uses.put("explored", Curves.Point::explorationJoules);
        if (summary.split().failed() > 0) {
            uses.put("failed", Curves.Point::failedJoules);
        }
        List<ObjectNode> parts = new ArrayList<>();
        uses.forEach(
                (label, joules) ->
                        parts.add(
                                object().put("label", label)
                                        .putPOJO(
                                                "so_far",
                                                column(
                                                        curves,
                                                        p -> unit.of(joules.applyAsDouble(p))))));
        return parts;
    }

    /** A baseline, which takes the same for every request. */
    private ObjectNode reference(PolicyRow row, EnergyUnit unit) {
        return object().put("kind", row.kind().name())
                .put("label", (row.kind() == Kind.ALWAYS ? "always " : "") + label(row))
                .put("energy_per_request", compact(unit.of(row.joulesPerRequest())));
    }

    /** The static mixes of least energy, from cheapest to most accurate. */
    private List<ObjectNode> frontier() {
        return StaticMix.frontier(summary.means()).stream()
                .map(mix -> object().put("x", compact(mix.joules())).put("y", compact(mix.score())))
                .toList();
    }

    /** The name of a policy beside its point in a plot. */
    private String label(PolicyRow row) {
        return switch (row.kind()) {
            case MESS -> "MESS+";
            case MESS_SERVED -> "answers served only";
            case MESS_WARM -> "MESS+ (warm start)";
            case ROUTER -> row.name();
            case ALWAYS -> shortName(report.models().get(row.shares().indexOf(1.0)));
            case RANDOM -> "random with constraint";
            case STATIC_MIX -> "best static mix";
            case KIND_SPLIT -> "best split by kind";
        };
    }

    /** Shortens {@code owner/model} to {@code model}: a plot has little room. */
    private static String shortName(String model) {
        return model.substring(model.lastIndexOf('/', model.length() - 2) + 1);
    }

    private static List<Double> column(Curves curves, ToDoubleFunction<Curves.Point> value) {
        return compact(curves.points().stream().map(value::applyAsDouble).toList());
    }

    private static List<Double> compact(List<Double> values) {
        List<Double> compact = new ArrayList<>(values.size());
        values.forEach(value -> compact.add(compact(value)));
        return compact;
    }

    /** Six digits draw the same line as sixteen, in a third of the bytes. */
    private static Double compact(double value) {
        return Double.isFinite(value)
                ? (Double) BigDecimal.valueOf(value).round(DIGITS).doubleValue()
                : null;
    }
}
