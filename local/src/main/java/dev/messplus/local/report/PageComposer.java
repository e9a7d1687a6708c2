package dev.messplus.local.report;

import dev.messplus.core.baseline.StaticMix;
import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.report.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Composes the HTML page of a run. */
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

    static Page compose(RunReport report) {
        return new PageComposer(report).page();
    }

    private Page page() {
        EnergyUnit unit = EnergyUnit.of(report, baselines);
        return PageBuilder.builder()
                .headline(findings.headline())
                .subtitle(subtitle())
                .estimated(report.estimated())
                .models(report.models())
                .shortModels(report.models().stream().map(PageComposer::shortName).toList())
                .words(findings.inPlainWords())
                .tiles(Tiles.of(report, summary, baselines))
                .rows(summary.rows().stream().map(this::row).toList())
                .kinds(KindRow.of(report).stream().map(this::kind).toList())
                .receipts(Receipts.of(report))
                .receiptWords(new Page.ReceiptWords(ReceiptSheet.COLUMNS, ReceiptSheet.LEGEND))
                .titles(titles())
                .tradeOffNote(findings.tradeOffNote())
                .series(series(Curves.of(report), unit))
                .references(baselines.stream().map(row -> reference(row, unit)).toList())
                .frontier(frontier())
                .alpha(report.alpha())
                .alphaText(Figures.score(report.alpha()))
                .caveats(findings.caveats())
                .facts(Facts.of(report))
                .build();
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

    private static String energy(EnergySources sources) {
        if (!sources.estimated()) {
            return "energy measured (" + sources.describe() + ")";
        }
        return sources.estimatedShare() < 1
                ? "energy partly estimated (" + sources.describe() + ")"
                : "energy estimated (" + sources.describeEstimates() + ")";
    }

    private Page.Titles titles() {
        return new Page.Titles(
                findings.score(),
                findings.pressure(),
                findings.energy(),
                findings.mix(),
                findings.tradeOff());
    }

    private Page.Row row(PolicyRow row) {
        boolean scored = !Double.isNaN(row.score());
        return PageRowBuilder.builder()
                .kind(row.kind())
                .name(row.name())
                .label(label(row))
                .joules(Figures.joules(row.joulesPerRequest()))
                .vsMix(Figures.factor(row.vsStaticMix()))
                .score(Figures.score(row.score()))
                .meets(!scored ? Figures.UNKNOWN : row.meetsAlpha() ? "yes" : "no")
                .shares(row.shares().stream().map(Figures::share).toList())
                .widths(compact(row.shares()))
                .explored(
                        Double.isNaN(row.exploredShare()) ? "" : Figures.share(row.exploredShare()))
                .x(compact(row.joulesPerRequest()))
                .y(compact(row.score()))
                .build();
    }

    private Page.KindLine kind(KindRow row) {
        return PageKindLineBuilder.builder()
                .kind(row.kind())
                .requests(Figures.count(row.requests()))
                .joules(Figures.joules(row.joulesPerRequest()))
                .score(Figures.score(row.score()))
                .shares(row.shares().stream().map(Figures::share).toList())
                .widths(compact(row.shares()))
                .hindsight(findings.scores(row))
                .build();
    }

    private Page.Series series(Curves curves, EnergyUnit unit) {
        return PageSeriesBuilder.builder()
                .window(curves.window())
                .energyUnit(unit.symbol())
                .request(curves.points().stream().map(Curves.Point::request).toList())
                .averageScore(column(curves, Curves.Point::averageScore))
                .windowScore(column(curves, Curves.Point::windowScore))
                .pressure(column(curves, Curves.Point::pressure))
                .energy(energyParts(curves, unit))
                .shares(
                        IntStream.range(0, report.models().size())
                                .mapToObj(m -> column(curves, point -> point.shares().get(m)))
                                .toList())
                .build();
    }

    private List<Page.EnergyPart> energyParts(Curves curves, EnergyUnit unit) {
        List<Page.EnergyPart> parts = new ArrayList<>();
        parts.add(
                new Page.EnergyPart(
                        "served", column(curves, point -> unit.of(point.servedJoules()))));
        parts.add(
                new Page.EnergyPart(
                        "explored", column(curves, point -> unit.of(point.explorationJoules()))));
        if (summary.split().failed() > 0) {
            parts.add(
                    new Page.EnergyPart(
                            "failed", column(curves, point -> unit.of(point.failedJoules()))));
        }
        return parts;
    }

    private Page.Reference reference(PolicyRow row, EnergyUnit unit) {
        return new Page.Reference(
                row.kind(),
                (row.kind() == Kind.ALWAYS ? "always " : "") + label(row),
                compact(unit.of(row.joulesPerRequest())));
    }

    private List<Page.Point> frontier() {
        return StaticMix.frontier(summary.means()).stream()
                .map(mix -> new Page.Point(compact(mix.joules()), compact(mix.score())))
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
