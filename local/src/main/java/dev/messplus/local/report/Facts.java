package dev.messplus.local.report;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;

/** The settings and measures of a run, as the page lists them. */
final class Facts {

    private Facts() {}

    /** A setting or a measure of the run. */
    record Fact(String name, String value) {}

    static List<Fact> of(RunReport report) {
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

    private static String quantile(long[] sortedMillis, double q) {
        int index = (int) Math.ceil(q * sortedMillis.length) - 1;
        return Figures.latency(sortedMillis[Math.max(0, index)]);
    }
}
