package dev.messplus.core.belief;

import dev.messplus.core.Checks;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Recorded outcomes that a new SLA begins with. A row is a prompt that every model answered. Rows
 * of prompts that are alike are added up ({@link OutcomeRecorder}), so their number is bounded.
 *
 * @param embedding name of the embedding that made the features
 * @param weight what they count as at most, in rows, at least 0
 * @param prompts the groups of prompts
 * @param models what is recorded of each model, by id
 * @param bestScore mean score of the best of all answers to a prompt, in [0, 1]: whatever models
 *     are asked, and in whatever order, no average is higher; {@code NaN} if it is not recorded
 */
public record WarmStart(
        String embedding,
        long weight,
        List<RecordedPrompts> prompts,
        Map<String, RecordedModel> models,
        double bestScore)
        implements Serializable {

    private static final WarmStart NONE = new WarmStart("", 0, List.of(), Map.of(), Double.NaN);

    public WarmStart {
        prompts = List.copyOf(prompts);
        models = Map.copyOf(models);
        Checks.atLeast(0, "weight", weight);
        if (!Double.isNaN(bestScore)) {
            Checks.share("bestScore", bestScore);
        }
        for (RecordedPrompts group : prompts) {
            if (group.features().length != prompts.get(0).features().length) {
                throw new IllegalArgumentException(
                        "prompts: must all have as many features as the first, %d, one had %d"
                                .formatted(
                                        prompts.get(0).features().length, group.features().length));
            }
        }
        for (Map.Entry<String, RecordedModel> model : models.entrySet()) {
            if (model.getValue().scores().length != prompts.size()) {
                throw new IllegalArgumentException(
                        "models.%s.scores: must be one of each of the %d groups of prompts, had %d"
                                .formatted(
                                        model.getKey(),
                                        prompts.size(),
                                        model.getValue().scores().length));
            }
        }
    }

    /** Nothing is recorded. */
    public static WarmStart none() {
        return NONE;
    }

    /** The same, counting as this number of rows at most. */
    public WarmStart atMost(long rows) {
        return new WarmStart(embedding, Math.min(weight, rows), prompts, models, bestScore);
    }

    /** Whether nothing is recorded. */
    public boolean isEmpty() {
        return weight == 0 || prompts.isEmpty() || models.isEmpty();
    }

    /** Number of the rows that were recorded. */
    public long rows() {
        return prompts.stream().mapToLong(RecordedPrompts::rows).sum();
    }

    /** What a row counts as, from 0 to 1: with less than 1, the likelihood is tempered. */
    public double weightOfRow() {
        return Math.min(1, weight / (double) rows());
    }

    /** Mean score of a model's answers, in [0, 1]. */
    public double meanScore(RecordedModel model) {
        double sum = 0;
        for (int group = 0; group < prompts.size(); group++) {
            sum += prompts.get(group).rows() * model.scores()[group];
        }
        return sum / rows();
    }

    /** Number of features of a prompt; 0 if nothing is recorded. */
    public int dimensions() {
        return prompts.isEmpty() ? 0 : prompts.get(0).features().length;
    }
}
