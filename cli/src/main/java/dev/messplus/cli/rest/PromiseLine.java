package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A line on whether an SLA keeps its promise, how sure that is, and what it saves. */
record PromiseLine(SlaView sla) {

    /** The line; empty while nothing is known. */
    Optional<String> text() {
        List<String> notes = new ArrayList<>();
        if (sla.scoreEstimate() != null && sla.scoreLowerBound() != null) {
            notes.add(
                    "average %s, at least %s with 95%%"
                            .formatted(
                                    Figures.score(sla.scoreEstimate()),
                                    Figures.score(sla.scoreLowerBound())));
        }
        if (isSilent()) {
            notes.add("no labels for %s requests".formatted(Figures.count(sla.unratedStreak())));
        }
        saving().ifPresent(notes::add);
        return notes.isEmpty() ? Optional.empty() : Optional.of(title() + String.join("; ", notes));
    }

    private Optional<String> saving() {
        List<String> compared = new ArrayList<>();
        compare(sla.dearestJoulesEstimate(), "always the dearest model", compared);
        compare(sla.staticMixJoulesEstimate(), "the best fixed mix", compared);
        return compared.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", compared) + " (estimated)");
    }

    private void compare(Double joulesPerRequest, String policy, List<String> compared) {
        if (joulesPerRequest != null && joulesPerRequest > 0 && sla.joulesPerRequest() != null) {
            compared.add(Figures.compared(sla.joulesPerRequest(), joulesPerRequest, policy));
        }
    }

    private String title() {
        return sla.alpha() == null
                ? sla.name() + ": "
                : "%s: alpha %s: ".formatted(sla.name(), Figures.score(sla.alpha()));
    }

    private boolean isSilent() {
        return sla.unratedStreak() != null
                && sla.unratedStreakLimit() != null
                && sla.unratedStreak() > sla.unratedStreakLimit();
    }
}
