package dev.messplus.local.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import dev.messplus.local.report.PolicyRow.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A run as a table for the console: plain ASCII where the names are, no colour. */
public final class ConsoleTable {

    private static final int TEXT_WIDTH = 34;

    private static final Character[] RULE_UNDER_THE_HEADER =
            Arrays.stream(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
                    .map(
                            c ->
                                    c == null
                                            ? null
                                            : c == '|'
                                                    ? Character.valueOf(' ')
                                                    : Character.valueOf('-'))
                    .toArray(Character[]::new);

    private ConsoleTable() {}

    /** The run in a sentence, the policies, and what to know of them; ends with a newline. */
    public static String render(RunReport report) {
        Summary summary = Summary.of(report);
        Findings findings = new Findings(report, summary);
        String joules = "J/request" + (report.estimated() ? "\n(estimated)" : "");
        String table =
                AsciiTable.builder()
                        .border(RULE_UNDER_THE_HEADER)
                        .lineSeparator("\n")
                        .data(
                                summary.rows(),
                                List.of(
                                        text("policy", PolicyRow::name),
                                        number(joules, r -> Figures.joules(r.joulesPerRequest())),
                                        number(
                                                "energy vs\nstatic mix",
                                                r -> Figures.factor(r.vsStaticMix())),
                                        number("score", r -> Figures.score(r.score())),
                                        number(
                                                "meets\n" + Figures.score(report.alpha()),
                                                ConsoleTable::verdict),
                                        number("explored", ConsoleTable::explored),
                                        text("answered by", r -> answeredBy(report, r))))
                        .asString();
        return findings.headline()
                + findings.split().map(split -> "\n" + split).orElse("")
                + "\n\n"
                + table.replaceAll("(?m) +$", "")
                + "\n\n"
                + findings.caveats().stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static String verdict(PolicyRow row) {
        return Double.isNaN(row.score()) ? Figures.UNKNOWN : row.meetsAlpha() ? "yes" : "no";
    }

    private static String explored(PolicyRow row) {
        return Double.isNaN(row.exploredShare()) ? "" : Figures.share(row.exploredShare());
    }

    /** Left out where the policy's name says it, or the row above. */
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

    private static ColumnData<PolicyRow> text(String header, Function<PolicyRow, String> value) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.LEFT)
                .dataAlign(HorizontalAlign.LEFT)
                .maxWidth(TEXT_WIDTH, OverflowBehaviour.NEWLINE)
                .with(value);
    }

    private static ColumnData<PolicyRow> number(String header, Function<PolicyRow, String> value) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.RIGHT)
                .dataAlign(HorizontalAlign.RIGHT)
                .with(value);
    }
}
