package dev.messplus.cli;

import dev.messplus.core.belief.WarmStart;
import dev.messplus.job.config.SlaSection;
import dev.messplus.report.Figures;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/**
 * How high an alpha the models of an SLA reached in the recorded rows that it begins with.
 *
 * @param sla has a warm start, which is read
 * @param zoo ids of its models, of which at least one is recorded
 */
record RecordedScores(SlaSection sla, Set<String> zoo) {

    /** The average score of the best model alone, and of the best of all answers if it is known. */
    String text() {
        String best = bestModel();
        String alone =
                "in these rows, %s alone scores %s".formatted(best, Figures.score(score(best)));
        return isOfAllModels()
                ? alone + ", and the best of all answers " + Figures.score(recorded().bestScore())
                : alone;
    }

    /** Why alpha may be out of reach; empty if the rows do not say so. */
    Optional<String> problem() {
        String alpha = "alpha %s is above what ".formatted(Figures.score(sla.alpha()));
        if (isOfAllModels() && sla.alpha() > recorded().bestScore()) {
            return Optional.of(
                    alpha
                            + "the best of all answers scores in the recorded rows; lower alpha, or add a better model");
        }
        String best = bestModel();
        return sla.scoresBeforeServing() || sla.alpha() <= score(best)
                ? Optional.empty()
                : Optional.of(
                        alpha
                                + best
                                + " alone scores in the recorded rows; lower alpha, add a better model, or have answers scored before one is served (scoring.when: before_serving)");
    }

    private WarmStart recorded() {
        return sla.warmStart().recorded();
    }

    /**
     * Whether the best of all answers is that of the zoo: all its models are recorded, no other.
     */
    private boolean isOfAllModels() {
        return recorded().models().keySet().equals(zoo) && !Double.isNaN(recorded().bestScore());
    }

    private String bestModel() {
        return zoo.stream()
                .filter(recorded().models()::containsKey)
                .max(Comparator.comparingDouble(this::score))
                .orElseThrow();
    }

    private double score(String model) {
        return recorded().meanScore(recorded().models().get(model));
    }
}
