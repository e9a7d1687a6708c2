package dev.messplus.local.report;

import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run shows, in sentences that hold for good and for bad runs. */
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

    /** The energy by its use, in one sentence; empty if it is unknown. */
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

    /** Heading of the plot of scores. */
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

    /** Heading of the plot of pressure. */
    String pressure() {
        List<ServedRequest> served = report.served();
        double peak = served.stream().mapToDouble(ServedRequest::pressure).max().orElse(0);
        double end = served.isEmpty() ? 0 : served.get(served.size() - 1).pressure();
        return "The pressure peaked at %s requests and ended at %s"
                .formatted(Figures.queue(peak), Figures.queue(end));
    }

    /** Heading of the plot of energy. */
    String energy() {
        double spent = report.served().stream().mapToDouble(ServedRequest::totalJoules).sum();
        String all = Figures.energy(spent) + " spent" + estimatedMark();
        return summary.alwaysLargest().map(row -> all + ", " + comparedTo(row)).orElse(all);
    }

    /** Heading of the plot of models. */
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
                        + " of the requests asked more than one model";
    }

    /** Heading of the plot of energy against quality. */
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
                .orElse("No static mix of the models scores as high as MESS+");
    }

    /** What a reader must know before quoting a number. */
    List<String> caveats() {
        List<String> all = new ArrayList<>();
        if (report.estimated()) {
            all.add(estimates(report.energySources()));
        }
        if (scored() && !mess.meetsAlpha()) {
            all.add(
                    "MESS+ missed alpha: its energy is not comparable with that of policies that meet"
                            + " it.");
        }
        long failed = report.served().size() - report.answered();
        if (failed > 0) {
            all.add(
                    "Failed requests: "
                            + Figures.count(failed)
                            + "; they count in no score and no share.");
        }
        long unlabelled =
                report.served().stream().filter(r -> r.answered() && !r.labelled()).count();
        if (unlabelled > 0) {
            all.add("Answers without a score: " + Figures.count(unlabelled) + ".");
        }
        all.addAll(caveatsOfBaselines());
        return all;
    }

    private List<String> caveatsOfBaselines() {
        List<String> all = new ArrayList<>();
        summary.row(Kind.STATIC_MIX)
                .filter(row -> !row.meetsAlpha())
                .ifPresent(
                        row ->
                                all.add(
                                        "No static mix of the models reaches alpha; the best one"
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
        String whose =
                share < 1
                        ? "The joules of " + Figures.share(share) + " of the answers"
                        : "All joules";
        return whose + " are estimated (" + sources.describeEstimates() + "), not measured.";
    }

    /** MESS+ compared with a policy, such as {@code 61% less energy than always large}. */
    private String comparedTo(PolicyRow row) {
        return Figures.compared(mess.joulesPerRequest(), row.joulesPerRequest(), row.name());
    }

    /** Follows a number of joules: marks it if it is an estimate. */
    String estimatedMark() {
        return report.estimated() ? " (estimated)" : "";
    }

    private boolean scored() {
        return !Double.isNaN(mess.score());
    }
}
