package dev.messplus.local.report;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * What the energy of a run went into, in joules per answered request. Exploration and failed calls
 * are paid for by the requests that were answered, so that they make no run look cheap.
 *
 * @param served the answers that were served; {@code NaN} when unknown
 * @param exploration the other answers of requests that explored
 * @param failed calls that brought no answer
 */
public record EnergySplit(double served, double exploration, double failed) {

    static EnergySplit of(List<ServedRequest> requests) {
        double served = 0;
        double exploration = 0;
        double failed = 0;
        int answers = 0;
        for (ServedRequest request : requests) {
            if (!Double.isNaN(request.servedJoules())) {
                served += request.servedJoules();
                answers++;
            }
            exploration += request.explorationJoules();
            failed += request.failedJoules();
        }
        return answers == 0
                ? new EnergySplit(Double.NaN, Double.NaN, Double.NaN)
                : new EnergySplit(served / answers, exploration / answers, failed / answers);
    }

    /** All of it; {@code NaN} when unknown. */
    public double total() {
        return served + exploration + failed;
    }

    /**
     * The parts in words: {@code 0.204 J served answers, 0.048 J (19%) explored}; failed calls only
     * if they took any.
     */
    String describe() {
        List<String> parts = new ArrayList<>();
        parts.add(Figures.joules(served) + " J served answers");
        parts.add(surplus(exploration) + " explored");
        if (failed > 0) {
            parts.add(surplus(failed) + " failed");
        }
        return String.join(", ", parts);
    }

    private String surplus(double joules) {
        return Figures.joules(joules) + " J (" + Figures.share(joules / total()) + ")";
    }
}
