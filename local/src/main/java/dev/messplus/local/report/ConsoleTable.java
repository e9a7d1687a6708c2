package dev.messplus.local.report;

import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.List;
import java.util.stream.Collectors;

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
                                        PolicyRow::verdict),
                                Tables.number("explored", PolicyRow::explored),
                                Tables.text(answeredBy(report), ConsoleTable::answeredBy)));
        List<KindRow> kinds = KindRow.of(report);
        return findings.headline()
                + findings.split().map(split -> "\n" + split).orElse("")
                + "\n\n"
                + table
                + "\n\n"
                + (kinds.isEmpty() ? "" : kinds(report, kinds) + "\n\n")
                + findings.caveats().stream().collect(Collectors.joining("\n", "", "\n"));
    }

    /** Where each kind of prompt went. */
    private static String kinds(RunReport report, List<KindRow> kinds) {
        return Tables.render(
                kinds,
                List.of(
                        Tables.text("kind of prompt", KindRow::kind),
                        Tables.number("requests", r -> Figures.count(r.requests())),
                        Tables.number(
                                "J/request" + (report.estimated() ? "\n(estimated)" : ""),
                                r -> Figures.joules(r.joulesPerRequest())),
                        Tables.number("score", r -> Figures.score(r.score())),
                        Tables.text(answeredBy(report), r -> shares(r.shares()))));
    }

    /** Names the models above their shares. */
    private static String answeredBy(RunReport report) {
        return "answered by, %\n" + String.join(" · ", report.models());
    }

    /** Empty where the name of the policy, or the row above, already says it. */
    private static String answeredBy(PolicyRow row) {
        return row.kind() == Kind.ALWAYS || row.kind() == Kind.MESS_SERVED
                ? ""
                : shares(row.shares());
    }

    private static String shares(List<Double> shares) {
        return shares.stream()
                .map(share -> Figures.share(share).replace("%", ""))
                .collect(Collectors.joining(" · "));
    }
}
