package dev.messplus.local.report;

import java.util.List;
import java.util.stream.Stream;

/** The unit in which a whole plot shows its energy. */
enum EnergyUnit {
    MJ("MJ", 1e6),
    KJ("kJ", 1e3),
    J("J", 1);

    /** A plot reaches at least this many of its unit. */
    private static final int MIN_TOP = 10;

    private final String symbol;
    private final double joules;

    EnergyUnit(String symbol, double joules) {
        this.symbol = symbol;
        this.joules = joules;
    }

    /** The largest unit that fits both the run and its most expensive baseline. */
    static EnergyUnit of(RunReport report, List<PolicyRow> baselines) {
        double highest =
                baselines.stream().mapToDouble(PolicyRow::joulesPerRequest).max().orElse(0);
        double spent = report.served().stream().mapToDouble(ServedRequest::totalJoules).sum();
        double top = Math.max(spent, highest * report.served().size());
        return Stream.of(values())
                .filter(unit -> top >= MIN_TOP * unit.joules)
                .findFirst()
                .orElse(J);
    }

    String symbol() {
        return symbol;
    }

    /** Joules in this unit. */
    double of(double joules) {
        return joules / this.joules;
    }
}
