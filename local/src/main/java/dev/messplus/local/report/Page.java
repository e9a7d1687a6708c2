package dev.messplus.local.report;

import dev.messplus.core.baseline.StaticMix;
import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.report.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the page's script is given: texts ready to be shown, and numbers to be drawn, {@code null}
 * where there are none.
 */
record Page(
        String headline,
        String subtitle,
        boolean estimated,
        List<String> models,
        List<String> shortModels,
        List<Tile> tiles,
        List<Row> rows,
        Titles titles,
        Series series,
        List<Reference> references,
        List<Point> frontier,
        Double alpha,
        String alphaText,
        List<String> caveats,
        List<Fact> facts) {

    private static final MathContext DIGITS = new MathContext(6);

    /** A headline figure. */
    record Tile(String label, String value, String note, Tone tone) {}

    /** Whether a figure is what one wishes for. */
    enum Tone {
        GOOD,
        BAD,
        NEUTRAL
    }

    /** A policy, as text for the table and as a point for the plot. */
    record Row(
            Kind kind,
            String name,
            String label,
            String joules,
            String vsMix,
            String score,
            String meets,
            List<String> shares,
            List<Double> widths,
            String explored,
            Double x,
            Double y) {}

    /** What each plot shows. */
    record Titles(String score, String queue, String energy, String mix, String tradeOff) {}

    /** {@link Curves}, with the energy in {@code energyUnit}. */
    record Series(
            int window,
            String energyUnit,
            List<Integer> request,
            List<Double> averageScore,
            List<Double> windowScore,
            List<Double> q,
            List<EnergyPart> energy,
            List<List<Double>> shares) {}

    /** What a part of the energy went into, and how much it was so far. */
    record EnergyPart(String label, List<Double> soFar) {}

    /** A policy that spends the same on every request, in {@code energyUnit}. */
    record Reference(Kind kind, String label, Double energyPerRequest) {}

    /** A mix: joules per request, and score. */
    record Point(Double x, Double y) {}

    /** A setting or a measure of the run. */
    record Fact(String name, String value) {}

    static Page of(RunReport report) {
        Summary summary = Summary.of(report);
        Findings findings = new Findings(report, summary);
        Curves curves = Curves.of(report);
        List<PolicyRow> rivals =
                Stream.of(
                                summary.alwaysLargest(),
                                summary.row(Kind.RANDOM),
                                summary.row(Kind.STATIC_MIX))
                        .flatMap(row -> row.stream())
                        .toList();
        EnergyUnit unit = EnergyUnit.of(report, rivals);
        return new Page(
                findings.headline(),
                subtitle(report),
                report.estimated(),
                report.models(),
                report.models().stream().map(Page::shortName).toList(),
                tiles(report, summary, rivals),
                summary.rows().stream().map(row -> row(report, row)).toList(),
                new Titles(
                        findings.score(),
                        findings.queue(),
                        findings.energy(),
                        findings.mix(),
                        findings.tradeOff()),
                new Series(
                        curves.window(),
                        unit.name,
                        curves.request(),
                        compact(curves.averageScore()),
                        compact(curves.windowScore()),
                        compact(curves.q()),
                        energyParts(curves, summary.split(), unit),
                        curves.shares().stream().map(Page::compact).toList()),
                rivals.stream()
                        .map(
                                row ->
                                        new Reference(
                                                row.kind(),
                                                (row.kind() == Kind.ALWAYS ? "always " : "")
                                                        + label(report, row),
                                                compact(unit.of(row.joulesPerRequest()))))
                        .toList(),
                StaticMix.frontier(summary.means()).stream()
                        .map(mix -> new Point(compact(mix.joules()), compact(mix.score())))
                        .toList(),
                report.alpha(),
                Figures.score(report.alpha()),
                findings.caveats(),
                facts(report));
    }

    private static List<EnergyPart> energyParts(Curves curves, EnergySplit split, EnergyUnit unit) {
        List<EnergyPart> parts = new ArrayList<>();
        parts.add(energyPart("served", curves.served(), unit));
        parts.add(energyPart("explored", curves.exploration(), unit));
        if (split.failed() > 0) {
            parts.add(energyPart("failed", curves.failed(), unit));
        }
        return parts;
    }

    private static EnergyPart energyPart(String label, List<Double> joules, EnergyUnit unit) {
        return new EnergyPart(label, compact(joules.stream().map(unit::of).toList()));
    }

    private static String subtitle(RunReport report) {
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

    private static List<Tile> tiles(RunReport report, Summary summary, List<PolicyRow> rivals) {
        PolicyRow mess = summary.mess();
        List<Tile> tiles = new ArrayList<>();
        boolean scored = !Double.isNaN(mess.score());
        String verdict = !scored ? "untested" : mess.meetsAlpha() ? "met" : "missed";
        tiles.add(
                new Tile(
                        "Average score",
                        Figures.score(mess.score()),
                        "alpha " + Figures.score(report.alpha()) + " " + verdict,
                        !scored ? Tone.NEUTRAL : mess.meetsAlpha() ? Tone.GOOD : Tone.BAD));
        tiles.add(
                new Tile(
                        "Energy per request" + (report.estimated() ? " (estimated)" : ""),
                        Figures.joules(mess.joulesPerRequest()) + " J",
                        summary.split().describe(),
                        Tone.NEUTRAL));
        for (PolicyRow rival : rivals) {
            double joules = mess.joulesPerRequest();
            double factor = joules / rival.joulesPerRequest();
            // Spending less is no merit of a run that delivered less than was promised.
            Tone tone = factor > 1 ? Tone.BAD : mess.meetsAlpha() ? Tone.GOOD : Tone.NEUTRAL;
            tiles.add(
                    new Tile(
                            "Energy vs " + rival.name(),
                            Figures.change(joules, rival.joulesPerRequest()),
                            Figures.joules(rival.joulesPerRequest())
                                    + " J, scores "
                                    + Figures.score(rival.score())
                                    + (rival.meetsAlpha() ? "" : ", misses alpha"),
                            tone));
        }
        return tiles;
    }

    private static Row row(RunReport report, PolicyRow row) {
        boolean scored = !Double.isNaN(row.score());
        return new Row(
                row.kind(),
                row.name(),
                label(report, row),
                Figures.joules(row.joulesPerRequest()),
                Figures.factor(row.vsStaticMix()),
                Figures.score(row.score()),
                !scored ? Figures.UNKNOWN : row.meetsAlpha() ? "yes" : "no",
                row.shares().stream().map(Figures::share).toList(),
                compact(row.shares()),
                Double.isNaN(row.exploredShare()) ? "" : Figures.share(row.exploredShare()),
                compact(row.joulesPerRequest()),
                compact(row.score()));
    }

    /** What a policy is called beside its point. */
    private static String label(RunReport report, PolicyRow row) {
        return switch (row.kind()) {
            case MESS -> "MESS+";
            case MESS_SERVED -> "answers served only";
            case ALWAYS -> shortName(report.models().get(row.shares().indexOf(1.0)));
            case RANDOM -> "random with constraint";
            case STATIC_MIX -> "best static mix";
        };
    }

    /** Of {@code owner/model}, the model: a plot has little room. */
    private static String shortName(String model) {
        return model.substring(model.lastIndexOf('/', model.length() - 2) + 1);
    }

    private static List<Fact> facts(RunReport report) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("SLA", report.sla()));
        facts.add(new Fact("alpha", Figures.score(report.alpha())));
        report.settings().forEach((name, value) -> facts.add(new Fact(name, value)));
        facts.add(new Fact("requests", Figures.count(report.served().size())));
        facts.add(new Fact("elapsed", Figures.duration(report.elapsed())));
        long[] latencies =
                report.served().stream()
                        .filter(ServedRequest::answered)
                        .mapToLong(ServedRequest::latencyMillis)
                        .sorted()
                        .toArray();
        if (latencies.length > 0) {
            facts.add(new Fact("latency, median", quantile(latencies, .5)));
            facts.add(new Fact("latency, 95%", quantile(latencies, .95)));
        }
        facts.add(new Fact("energy source", report.energySources().describe()));
        return facts;
    }

    private static String quantile(long[] sorted, double q) {
        int index = (int) Math.ceil(q * sorted.length) - 1;
        return Figures.latency(sorted[Math.max(0, index)]);
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

    /** One unit for the whole plot of energy. */
    private enum EnergyUnit {
        MJ("MJ", 1e6),
        KJ("kJ", 1e3),
        J("J", 1);

        private final String name;
        private final double joules;

        EnergyUnit(String name, double joules) {
            this.name = name;
            this.joules = joules;
        }

        double of(double joules) {
            return joules / this.joules;
        }

        static EnergyUnit of(RunReport report, List<PolicyRow> rivals) {
            double dearest =
                    rivals.stream().mapToDouble(PolicyRow::joulesPerRequest).max().orElse(0);
            double spent = report.served().stream().mapToDouble(ServedRequest::totalJoules).sum();
            double top = Math.max(spent, dearest * report.served().size());
            return Stream.of(values()).filter(u -> top >= 10 * u.joules).findFirst().orElse(J);
        }
    }
}
