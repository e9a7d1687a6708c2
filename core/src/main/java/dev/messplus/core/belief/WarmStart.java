package dev.messplus.core.belief;

import dev.messplus.core.Checks;
import java.io.Serializable;
import java.util.Map;

/**
 * Recorded outcomes that a new SLA begins with: the sufficient statistics of Bayesian linear
 * regression (Bishop, "Pattern Recognition and Machine Learning", 2006, 3.3), as means over the
 * rows. A row is a prompt that every model answered.
 *
 * <p>Together with the number of rows, they are all that a posterior depends on besides its prior.
 * So they hold with any alpha, prior or order of the rows, and a smaller number of rows says the
 * same with less certainty. {@link OutcomeRecorder} collects them.
 *
 * @param embedding name of the embedding that made the features
 * @param rows what they count as, in rows, at least 0
 * @param moments mean over the rows of x x^T, where x is the features of the prompt with a constant
 *     1 as the last: the lower triangle, row by row
 * @param models what is recorded of each model, by id
 */
public record WarmStart(
        String embedding, long rows, double[] moments, Map<String, RecordedModel> models)
        implements Serializable {

    private static final WarmStart NONE = new WarmStart("", 0, new double[] {1}, Map.of());

    public WarmStart {
        Checks.finite("moments", moments);
        models = Map.copyOf(models);
        if (rows < 0) {
            throw new IllegalArgumentException("rows: must be at least 0, was " + rows);
        }
        int length = Matrices.order(moments.length);
        if (Matrices.packedLength(length) != moments.length) {
            throw new IllegalArgumentException(
                    "moments: must be the lower triangle of a square matrix, had %d elements"
                            .formatted(moments.length));
        }
        models.forEach(
                (id, model) -> {
                    if (model.moments().length != length) {
                        throw new IllegalArgumentException(
                                "models.%s.moments: must have as many elements as the matrix has rows, %d, had %d"
                                        .formatted(id, length, model.moments().length));
                    }
                });
    }

    /** Nothing is recorded. */
    public static WarmStart none() {
        return NONE;
    }

    /** The same, counting as this number of rows at most. */
    public WarmStart atMost(long weight) {
        return new WarmStart(embedding, Math.min(rows, weight), moments, models);
    }

    /** Whether nothing is recorded. */
    public boolean isEmpty() {
        return rows == 0 || models.isEmpty();
    }

    /** Number of features. */
    public int dimensions() {
        return Matrices.order(moments.length) - 1;
    }
}
