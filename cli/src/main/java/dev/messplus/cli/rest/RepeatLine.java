package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.util.Optional;

/** A line on what failures and repeated requests cost an SLA. */
record RepeatLine(SlaView sla) {

    /** Below this share of all joules they are not worth a line. */
    private static final double MIN_SHARE = 0.01;

    /** The line; empty if there is nothing to say. */
    Optional<String> text() {
        Double repeats = sla.repeatJoules();
        if (repeats == null || sla.energyJoules() == null) {
            return Optional.empty();
        }
        double share = repeats / (repeats + sla.energyJoules());
        return share >= MIN_SHARE
                ? Optional.of(
                        "%s: repeated calls, mostly after failures, took %s%s J, %s of all joules; J/request is without them"
                                .formatted(
                                        sla.name(),
                                        sla.energyEstimated() ? Cells.ESTIMATED : "",
                                        Figures.joules(repeats),
                                        Figures.share(share)))
                : Optional.empty();
    }
}
