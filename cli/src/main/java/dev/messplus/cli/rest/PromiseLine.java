package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A line on whether an SLA keeps its promise, and how sure that is. */
record PromiseLine(SlaView sla) {

    /** Fewer failures may be the requests' own; the alert MessRequestsFail begins here, too. */
    private static final double SHARE_OF_NOTE = 0.01;

    /** The line; empty while nothing is known. */
    Optional<String> text() {
        List<String> notes = new ArrayList<>();
        if (sla.scoreEstimate() != null && sla.scoreLowerBound() != null) {
            notes.add(average());
        }
        if (isOutOfReach()) {
            notes.add(
                    "these models reach about %s: lower alpha, or add a better one"
                            .formatted(Figures.score(sla.reachableScoreEstimate())));
        }
        if (manyFail()) {
            notes.add(
                    "%s of %s requests got no answer"
                            .formatted(Figures.count(sla.failed()), Figures.count(sla.requests())));
        }
        if (isSilent()) {
            notes.add("no labels for %s requests".formatted(Figures.count(sla.unratedStreak())));
        }
        return notes.isEmpty() ? Optional.empty() : Optional.of(title() + String.join("; ", notes));
    }

    /** Without a bound where there is nothing to estimate, because all answers have a label. */
    private String average() {
        String average = Figures.score(sla.scoreEstimate());
        String least = Figures.score(sla.scoreLowerBound());
        return "all answers so far score %s on average%s"
                .formatted(
                        average,
                        average.equals(least) ? "" : ", at least %s with 95%%".formatted(least));
    }

    private String title() {
        return sla.alpha() == null
                ? sla.name() + ": "
                : "%s: alpha %s: ".formatted(sla.name(), Figures.score(sla.alpha()));
    }

    /** The estimate is somewhat low, so it counts only where answers are below alpha so far. */
    private boolean isOutOfReach() {
        return sla.alpha() != null
                && sla.scoreEstimate() != null
                && sla.reachableScoreEstimate() != null
                && sla.scoreEstimate() < sla.alpha()
                && sla.reachableScoreEstimate() < sla.alpha();
    }

    private boolean manyFail() {
        return sla.failed() != null
                && sla.requests() != null
                && sla.failed() > SHARE_OF_NOTE * sla.requests();
    }

    private boolean isSilent() {
        return sla.unratedStreak() != null
                && sla.unratedStreakLimit() != null
                && sla.unratedStreak() > sla.unratedStreakLimit();
    }
}
