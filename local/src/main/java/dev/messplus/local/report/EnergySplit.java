package dev.messplus.local.report;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * The energy of a run by its use, in joules per answered request. Exploration and failed calls
 * count towards the answered requests, so that a run with many failures does not look cheap.
 *
 * @param served energy of the served answers; {@code NaN} if unknown
 * @param exploration energy of the other answers to requests that explored
 * @param failed energy of calls without an answer
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

    /** The sum of all uses; {@code NaN} if unknown. */
    public double total() {
        return served + exploration + failed;
    }

    /**
     * The uses in words, such as {@code 0.204 J served answers, 0.048 J (19%) explored}. Failed
     * calls are left out if they took no energy.
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
