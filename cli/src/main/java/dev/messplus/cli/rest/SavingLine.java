package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A line on what an SLA takes beside what simpler policies would take, as far as the job knows. */
record SavingLine(SlaView sla) {

    /**
     * Below it, a model may have answered once. The estimate of the best fixed mix waits for as
     * many labels of each model.
     */
    private static final long MIN_ANSWERS = 20;

    /** The line; empty while too little is known. */
    Optional<String> text() {
        if (sla.requests() == null
                || sla.failed() == null
                || sla.requests() - sla.failed() < MIN_ANSWERS) {
            return Optional.empty();
        }
        List<String> compared = new ArrayList<>();
        compare(sla.mostExpensiveJoulesEstimate(), "always the most expensive model", compared);
        compare(sla.staticMixJoulesEstimate(), "the best fixed mix", compared);
        return compared.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s: %s (estimated)".formatted(sla.name(), String.join(", ", compared)));
    }

    private void compare(Double joulesPerRequest, String policy, List<String> compared) {
        if (joulesPerRequest != null && joulesPerRequest > 0 && sla.joulesPerRequest() != null) {
            compared.add(Figures.compared(sla.joulesPerRequest(), joulesPerRequest, policy));
        }
    }
}
