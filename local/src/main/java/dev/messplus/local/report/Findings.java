package dev.messplus.local.report;

import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run shows, in sentences; each is true of any run, a bad one included. */
final class Findings {

    private final RunReport report;
    private final Summary summary;
    private final PolicyRow mess;

    Findings(RunReport report, Summary summary) {
        this.report = report;
        this.summary = summary;
        this.mess = summary.mess();
    }

    /** The run in one sentence. */
    String headline() {
        String promise = Figures.score(report.alpha());
        if (!scored()) {
            return "No answer was scored, so the promise of " + promise + " is untested";
        }
        if (!mess.meetsAlpha()) {
            return "MESS+ missed its promise of "
                    + promise
                    + ": it scored "
                    + Figures.score(mess.score());
        }
        String kept = "MESS+ kept its promise of " + promise;
        return summary.alwaysLargest().map(row -> kept + " with " + comparedTo(row)).orElse(kept);
    }

    /** What the energy went into, in one sentence; empty when it is not known. */
    Optional<String> split() {
        EnergySplit split = summary.split();
        return Double.isFinite(split.total())
                ? Optional.of(
                        "Of "
                                + Figures.joules(split.total())
                                + " J per request"
                                + estimatedMark()
                                + ", "
                                + split.describe())
                : Optional.empty();
    }

    /** Of the scores over time. */
    String score() {
        if (!scored()) {
            return "No answer was scored";
        }
        String end = "The average score ends at " + Figures.score(mess.score()) + ", ";
        return end
                + (mess.meetsAlpha() ? "at or above" : "below")
                + " the promised "
                + Figures.score(report.alpha());
    }

    /** Of the pressure that decisions were taken under. */
    String queue() {
        List<ServedRequest> served = report.served();
        double peak = served.stream().mapToDouble(ServedRequest::q).max().orElse(0);
        double end = served.isEmpty() ? 0 : served.get(served.size() - 1).q();
        return peak == 0
                ? "The pressure stayed at 0: quality was never owed"
                : "The pressure peaked at "
                        + Figures.queue(peak)
                        + " and ended at "
                        + Figures.queue(end);
    }

    /** Of the energy. */
    String energy() {
        double spent = report.served().stream().mapToDouble(ServedRequest::totalJoules).sum();
        String all = Figures.energy(spent) + " spent" + estimatedMark();
        return summary.alwaysLargest().map(row -> all + ", " + comparedTo(row)).orElse(all);
    }

    /** Of who answered. */
    String mix() {
        int most = 0;
        for (int m = 1; m < report.models().size(); m++) {
            most = mess.shares().get(m) > mess.shares().get(most) ? m : most;
        }
        return report.answered() == 0
                ? "No model answered"
                : report.models().get(most)
                        + " answered "
                        + Figures.share(mess.shares().get(most))
                        + "; "
                        + Figures.share(mess.exploredShare())
                        + " of requests asked more than one";
    }

    /** Of energy against quality. */
    String tradeOff() {
        if (summary.means().isEmpty() || !scored()) {
            return "Energy against quality";
        }
        return summary.staticMixOfSameScore()
                .map(
                        mix ->
                                Figures.compared(
                                        mess.joulesPerRequest(),
                                        mix.joules(),
                                        "the best static mix of the same score"))
                .map(
                        compared ->
                                compared.substring(0, 1).toUpperCase(Locale.ROOT)
                                        + compared.substring(1))
                .orElse("No mix of the models scores what MESS+ did");
    }

    /** What a reader must know before quoting a number. */
    List<String> caveats() {
        List<String> all = new ArrayList<>();
        if (report.estimated()) {
            all.add(estimates(report.energySources()));
        }
        if (scored() && !mess.meetsAlpha()) {
            all.add("MESS+ missed alpha, so its energy buys less quality than was promised.");
        }
        long failed = report.served().size() - report.answered();
        if (failed > 0) {
            all.add(
                    "Failed requests: "
                            + Figures.count(failed)
                            + "; they count in no score or share.");
        }
        long unlabelled =
                report.served().stream().filter(r -> r.answered() && !r.labelled()).count();
        if (unlabelled > 0) {
            all.add("Answers without a score: " + Figures.count(unlabelled) + ".");
        }
        summary.row(Kind.STATIC_MIX)
                .filter(row -> !row.meetsAlpha())
                .ifPresent(
                        row ->
                                all.add(
                                        "No mix of the models reaches alpha; the best static mix"
                                                + " is the most accurate model alone."));
        ReferencePass reference = report.reference();
        all.add("Baselines are computed from " + reference.origin() + ".");
        for (int m = 0; m < report.models().size(); m++) {
            if (reference.known(m) < reference.prompts()) {
                all.add(
                        report.models().get(m)
                                + " has a score and joules for "
                                + Figures.count(reference.known(m))
                                + " of "
                                + Figures.count(reference.prompts())
                                + " reference prompts; its averages are over those.");
            }
        }
        return all;
    }

    private static String estimates(EnergySources sources) {
        double share = sources.estimatedShare();
        String whose = share < 1 ? "Joules of " + Figures.share(share) + " of answers" : "Joules";
        return whose + " are estimated (" + sources.describeEstimates() + "), not measured.";
    }

    /** MESS+ beside a policy: {@code 61% less energy than always large}. */
    private String comparedTo(PolicyRow row) {
        return Figures.compared(mess.joulesPerRequest(), row.joulesPerRequest(), row.name());
    }

    /** To follow a figure of joules, when it is an estimate. */
    String estimatedMark() {
        return report.estimated() ? " (estimated)" : "";
    }

    private boolean scored() {
        return !Double.isNaN(mess.score());
    }
}
