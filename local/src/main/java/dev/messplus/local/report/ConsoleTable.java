package dev.messplus.local.report;

import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Renders a run as a table for the console, without colours. */
public final class ConsoleTable {

    private ConsoleTable() {}

    /** The headline of the run, the table of policies, and the caveats; ends with a newline. */
    public static String render(RunReport report) {
        Summary summary = Summary.of(report);
        Findings findings = new Findings(report, summary);
        String joules = "J/request" + (report.estimated() ? "\n(estimated)" : "");
        String table =
                Tables.render(
                        summary.rows(),
                        List.of(
                                Tables.text("policy", PolicyRow::name),
                                Tables.number(joules, r -> Figures.joules(r.joulesPerRequest())),
                                Tables.number(
                                        "energy vs\nstatic mix",
                                        r -> Figures.factor(r.vsStaticMix())),
                                Tables.number("score", r -> Figures.score(r.score())),
                                Tables.number(
                                        "meets\n" + Figures.score(report.alpha()),
                                        ConsoleTable::verdict),
                                Tables.number("explored", ConsoleTable::explored),
                                Tables.text("answered by", r -> answeredBy(report, r))));
        return findings.headline()
                + findings.split().map(split -> "\n" + split).orElse("")
                + "\n\n"
                + table
                + "\n\n"
                + findings.caveats().stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static String verdict(PolicyRow row) {
        return Double.isNaN(row.score()) ? Figures.UNKNOWN : row.meetsAlpha() ? "yes" : "no";
    }

    private static String explored(PolicyRow row) {
        return Double.isNaN(row.exploredShare()) ? "" : Figures.share(row.exploredShare());
    }

    /** Empty where the name of the policy, or the row above, already tells. */
    private static String answeredBy(RunReport report, PolicyRow row) {
        if (row.kind() == Kind.ALWAYS || row.kind() == Kind.MESS_SERVED) {
            return "";
        }
        return IntStream.range(0, row.shares().size())
                .filter(m -> row.shares().get(m) > 0)
                .mapToObj(
                        m ->
                                String.format("%4s", Figures.share(row.shares().get(m)))
                                        + " "
                                        + report.models().get(m))
                .collect(Collectors.joining("\n"));
    }
}
