package dev.messplus.score.metric;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Arithmetic shared by the overlap metrics. */
final class FMeasure {

    private FMeasure() {}

    /**
     * The harmonic mean of {@code common / a} and {@code common / b}.
     *
     * @return in [0, 1]; 0 if {@code common} is 0
     */
    static double of(int common, int a, int b) {
        return common == 0 ? 0 : 2.0 * common / ((double) a + b);
    }

    /** The highest score over the references, at least 0. */
    static double best(List<String> references, ToDoubleFunction<String> score) {
        double best = 0;
        for (String reference : references) {
            best = Math.max(best, score.applyAsDouble(reference));
        }
        return best;
    }
}
