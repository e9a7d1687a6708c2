package dev.messplus.local.report;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.local.report.PolicyRow.Kind;
import dev.messplus.record.Candidate;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.Collections;
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
        // The strongest rival first: the largest model alone is easily beaten.
        return staticMix()
                .map(row -> comparedTo(row, "the best static mix"))
                .or(() -> summary.alwaysLargest().map(row -> comparedTo(row, row.name())))
                .map(saving -> kept + " with " + saving)
                .orElse(kept);
    }

    /** The run for somebody who knows nothing of MESS+, in some sentences. */
    List<String> inPlainWords() {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                "What was promised: answers that score %s on average, where 1 is right and 0 is wrong. %s"
                        .formatted(
                                Figures.score(report.alpha()),
                                scored()
                                        ? "They scored %s.".formatted(Figures.score(mess.score()))
                                        : "No answer was scored."));
        StringBuilder cost =
                new StringBuilder(
                        "What it cost: %s J per request%s."
                                .formatted(
                                        Figures.joules(mess.joulesPerRequest()), estimatedMark()));
        summary.alwaysLargest()
                .ifPresent(
                        row ->
                                cost.append(
                                        " %s for everything would have taken %s J, and scored %s."
                                                .formatted(
                                                        row.name().replace("always ", ""),
                                                        Figures.joules(row.joulesPerRequest()),
                                                        Figures.score(row.score()))));
        staticMix()
                .ifPresent(
                        row ->
                                cost.append(
                                        " The cheapest fixed split that keeps the promise, which can"
                                                + " only be known afterwards, would have taken %s J."
                                                        .formatted(
                                                                Figures.joules(
                                                                        row.joulesPerRequest()))));
        sentences.add(cost.toString());
        rescued().ifPresent(sentences::add);
        sentences.add(
                "How: MESS+ predicts how well each model would answer a prompt, and what it would"
                        + " take. It calls the model that is worth its energy now, learns from the score"
                        + " of the answer, and spends more where answers fall short of the promise.");
        return sentences;
    }

    /** What the models score on a kind of prompt, the one that answered most first. */
    String scores(KindRow row) {
        List<String> parts = new ArrayList<>();
        int most = row.most();
        int best = most;
        for (int m = 0; m < row.means().size(); m++) {
            best = scoreOf(row, m) > scoreOf(row, best) ? m : best;
        }
        parts.add(scores(row, most));
        if (best != most) {
            parts.add(scores(row, best));
        }
        return String.join("; ", parts);
    }

    private String scores(KindRow row, int model) {
        return row.means()
                .get(model)
                .map(
                        mean ->
                                "%s scores %s for %s J"
                                        .formatted(
                                                report.models().get(model),
                                                Figures.score(mean.score()),
                                                Figures.joules(mean.joules())))
                .orElse("");
    }

    /** What it was worth to serve the better of two answers; empty if it never happened. */
    private Optional<String> rescued() {
        int rescued = 0;
        double lost = 0;
        for (Exchange exchange : report.exchanges()) {
            List<Candidate> candidates = exchange.response().candidates();
            Double score = exchange.response().score();
            Double chosen = candidates == null ? null : candidates.get(0).score();
            if (score != null && chosen != null && score > chosen) {
                rescued++;
                lost += score - chosen;
            }
        }
        return rescued == 0
                ? Optional.empty()
                : Optional.of(
                        "What helped: answers are scored before they are served, so of two answers"
                                + " MESS+ serves the better one. In %s requests the better answer came from the model that was only asked to learn; without these the average would be %s."
                                        .formatted(
                                                Figures.count(rescued),
                                                Figures.score(
                                                        mess.score() - lost / report.answered())));
    }

    private static double scoreOf(KindRow row, int model) {
        return row.means().get(model).map(ModelMean::score).orElse(-1.0);
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
        return summary.alwaysLargest()
                .map(row -> all + ", " + comparedTo(row, row.name()))
                .orElse(all);
    }

    /** Heading of the plot of models. */
    String mix() {
        int most = mess.shares().indexOf(Collections.max(mess.shares()));
        return report.answered() == 0
                ? "No model answered"
                : report.models().get(most)
                        + " answered "
                        + Figures.share(mess.shares().get(most))
                        + "; "
                        + Figures.share(mess.exploredShare())
                        + " of the requests called more than one model";
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

    /** Why {@link #tradeOff} names another mix than the table; empty if both take the same. */
    String tradeOffNote() {
        Optional<StaticMix> same = summary.staticMixOfSameScore();
        if (same.isEmpty() || staticMix().isEmpty()) {
            return "";
        }
        String here = Figures.joules(same.get().joules());
        String inTable = Figures.joules(staticMix().get().joulesPerRequest());
        return here.equals(inTable)
                ? ""
                : "A mix that scores %s takes %s J; the best static mix of the table has to score %s, and takes %s J."
                        .formatted(
                                Figures.score(mess.score()),
                                here,
                                Figures.score(report.alpha()),
                                inTable);
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
            all.addAll(FailedRequests.reasons(report.exchanges()));
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
        if (!report.rivals().isEmpty()) {
            all.add(
                    "Published routers are replayed on the same outcomes, in the order in which the"
                            + " prompts were sent, with their published settings. Some of these are"
                            + " per joule, and were made for models of more joules.");
        }
        if (!report.warm().isEmpty()) {
            all.add(
                    "The warm start leaves out what recording took: every model answered as many"
                            + " other prompts.");
        }
        ReferencePass reference = report.reference();
        all.add("Baselines are computed from " + reference.origin() + ".");
        for (int m = 0; m < report.models().size(); m++) {
            if (reference.known(m) < reference.prompts().size()) {
                all.add(
                        report.models().get(m)
                                + " has a score and joules for "
                                + Figures.count(reference.known(m))
                                + " of "
                                + Figures.count(reference.prompts().size())
                                + " reference prompts; its averages are over those.");
            }
        }
        return all;
    }

    private static String estimates(JouleSources sources) {
        double share = sources.estimatedShare();
        String whose =
                share < 1
                        ? "The joules of " + Figures.share(share) + " of the answers"
                        : "All joules";
        return whose + " are estimated (" + sources.describeEstimates() + "), not measured.";
    }

    /** MESS+ compared with a policy, such as {@code 61% less energy than always large}. */
    private String comparedTo(PolicyRow row, String name) {
        return Figures.compared(mess.joulesPerRequest(), row.joulesPerRequest(), name);
    }

    private Optional<PolicyRow> staticMix() {
        return summary.row(Kind.STATIC_MIX).filter(PolicyRow::meetsAlpha);
    }

    /** Follows a number of joules: marks it if it is an estimate. */
    String estimatedMark() {
        return report.estimated() ? " (estimated)" : "";
    }

    private boolean scored() {
        return !Double.isNaN(mess.score());
    }
}
