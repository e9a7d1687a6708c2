package dev.messplus.cli;

import dev.messplus.core.belief.WarmStart;
import dev.messplus.job.config.ModelSection;
import dev.messplus.job.config.SlaSection;
import dev.messplus.report.Figures;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * How high an alpha the models of an SLA reach, by what is known of them before it begins: by the
 * recorded rows that it begins with, or by the {@code expectedScore} of its models.
 *
 * @param sla the SLA
 * @param source what says so
 * @param bestModel the model with the highest average score
 * @param score its average score, in [0, 1]
 * @param bestScore average score of the best of all models' answers, in [0, 1]; {@code NaN} if it
 *     is not known
 */
record ReachableAlpha(
        SlaSection sla, String source, String bestModel, double score, double bestScore) {

    /** What is known of an SLA; empty if nothing is known of one of its models. */
    static Optional<ReachableAlpha> of(SlaSection sla, Map<String, ModelSection> zoo) {
        if (sla.warmStart() != null) {
            return Optional.of(recorded(sla, zoo.keySet()));
        }
        return zoo.values().stream().allMatch(model -> model.expectedScore() != null)
                ? Optional.of(expected(sla, zoo))
                : Optional.empty();
    }

    private static ReachableAlpha recorded(SlaSection sla, Set<String> zoo) {
        WarmStart rows = sla.warmStart().recorded();
        // The best of all answers is that of the zoo if all its models are recorded, and no other.
        double bestScore = rows.models().keySet().equals(zoo) ? rows.bestScore() : Double.NaN;
        return of(
                sla,
                "in the recorded rows",
                zoo.stream().filter(rows.models()::containsKey).toList(),
                model -> rows.meanScore(rows.models().get(model)),
                bestScore);
    }

    private static ReachableAlpha expected(SlaSection sla, Map<String, ModelSection> zoo) {
        return of(
                sla,
                "by expectedScore",
                zoo.keySet(),
                model -> zoo.get(model).expectedScore(),
                Double.NaN);
    }

    private static ReachableAlpha of(
            SlaSection sla,
            String source,
            Collection<String> models,
            ToDoubleFunction<String> score,
            double bestScore) {
        String best = models.stream().max(Comparator.comparingDouble(score)).orElseThrow();
        return new ReachableAlpha(sla, source, best, score.applyAsDouble(best), bestScore);
    }

    /** The average score of the best model alone, and of the best of all answers if it is known. */
    String text() {
        String alone = "%s, %s alone scores %s".formatted(source, bestModel, Figures.score(score));
        return Double.isNaN(bestScore)
                ? alone
                : alone + ", and the best of all answers " + Figures.score(bestScore);
    }

    /** Why alpha may be out of reach; empty if nothing says so. */
    Optional<String> problem() {
        String alpha = "alpha %s is above what ".formatted(Figures.score(sla.alpha()));
        if (sla.alpha() > bestScore) {
            return Optional.of(
                    alpha
                            + "the best of all answers scores %s; lower alpha, or add a better model"
                                    .formatted(source));
        }
        return sla.scoresBeforeServing() || sla.alpha() <= score
                ? Optional.empty()
                : Optional.of(
                        alpha
                                + "%s alone scores %s; lower alpha, add a better model, or have answers scored before one is served (scoring.when: before_serving)"
                                        .formatted(bestModel, source));
    }
}
