package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.time.Duration;
import java.util.function.Function;

/**
 * Values as the cells of a table.
 *
 * @param unknown the text of a value that is not known
 */
record Cells(String unknown) {

    static final String ESTIMATED = "~";

    String score(Double score) {
        return text(score, Figures::score);
    }

    /**
     * Joules.
     *
     * @param estimated whether they are estimated and not measured
     */
    String joules(Double joules, boolean estimated) {
        return text(joules, known -> (estimated ? ESTIMATED : "") + Figures.joules(known));
    }

    String share(Double share) {
        return text(share, Figures::share);
    }

    String count(Long count) {
        return text(count, Figures::count);
    }

    /** Calls of a model, and how many may be in flight. */
    String inFlight(CallsView calls) {
        return count(calls.inFlight()) + " of " + count(calls.maxInFlight());
    }

    /** A rate, such as requests a second. */
    String rate(Double perSecond) {
        return text(perSecond, Figures::joules);
    }

    /** A number of requests that may have a fraction, such as the length of a virtual queue. */
    String queue(Double requests) {
        return text(requests, Figures::queue);
    }

    String duration(Long millis) {
        return text(millis, known -> Figures.duration(Duration.ofMillis(known)));
    }

    String latency(Double millis) {
        return text(millis, known -> Figures.latency(Math.round(known)));
    }

    /** Energy of a request compared to what another policy would take. */
    String change(Double joules, Double otherJoules) {
        return joules == null || otherJoules == null || otherJoules <= 0
                ? unknown
                : Figures.change(joules, otherJoules);
    }

    String checkpoint(JobView.Checkpoint checkpoint) {
        return checkpoint == null
                ? "none yet"
                : "%s ago, %s, took %s"
                        .formatted(
                                duration(checkpoint.ageMillis()),
                                Figures.bytes(checkpoint.bytes()),
                                Figures.latency(checkpoint.durationMillis()));
    }

    private <T> String text(T value, Function<T, String> format) {
        return value == null ? unknown : format.apply(value);
    }
}
