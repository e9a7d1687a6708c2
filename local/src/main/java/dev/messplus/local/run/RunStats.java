package dev.messplus.local.run;

import dev.messplus.local.report.ServedRequest;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of a run so far, for the progress line. */
final class RunStats {

    private final double alpha;
    private final Map<String, Integer> served = new LinkedHashMap<>();

    private int answers;
    private int failed;
    private int explored;
    private int scored;
    private double scoreSum;
    private double joules;
    private double pressure;

    RunStats(double alpha, List<String> models) {
        this.alpha = alpha;
        models.forEach(model -> served.put(model, 0));
    }

    void add(Response response) {
        ServedRequest request = ServedRequest.of(response);
        answers++;
        joules += request.totalJoules();
        explored += request.explored() ? 1 : 0;
        pressure = request.pressure();
        if (!request.answered()) {
            failed++;
            return;
        }
        served.merge(request.model(), 1, Integer::sum);
        if (request.labelled()) {
            scored++;
            scoreSum += request.score();
        }
    }

    /** Score and alpha, pressure, joules, share of each model and of exploration, in one line. */
    String line() {
        StringBuilder line = new StringBuilder();
        if (scored > 0) {
            double score = scoreSum / scored;
            line.append(
                    "score %s %s %s  "
                            .formatted(
                                    Figures.score(score),
                                    score >= alpha ? "≥" : "<",
                                    Figures.score(alpha)));
        }
        line.append(
                "pressure %.1f  %.2f J/request  "
                        .formatted(pressure, joules / Math.max(1, answers)));
        served.forEach((model, count) -> line.append(share(model, count)));
        line.append(share("explored", explored));
        if (failed > 0) {
            line.append(failed).append(" failed  ");
        }
        return line.toString().strip();
    }

    private String share(String name, int count) {
        return "%s %d%%  ".formatted(name, Math.round(100.0 * count / Math.max(1, answers)));
    }
}
