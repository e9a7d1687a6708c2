package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records that a job read and could not use, since it was started.
 *
 * @param deadLetters records that are invalid
 * @param feedbackUnmatched labels for requests that are unknown, complete or expired
 * @param feedbackUnexpected labels for models that are not known to have been called for their
 *     request; such a label may still count once the job knows
 */
public record UnusedRecords(long deadLetters, long feedbackUnmatched, long feedbackUnexpected) {

    /** What there is to say; empty if there are none. */
    Optional<String> text() {
        List<String> parts = new ArrayList<>();
        add(parts, deadLetters, "dead letter", " (mess dead-letters shows them)");
        add(parts, feedbackUnmatched, "label", " for unknown, rated or expired requests");
        add(parts, feedbackUnexpected, "label", " for models not known to have been called");
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("Records of no use since the start: " + String.join(", ", parts));
    }

    private static void add(List<String> parts, long count, String what, String which) {
        if (count > 0) {
            parts.add(Figures.count(count) + " " + what + (count == 1 ? "" : "s") + which);
        }
    }
}
