package dev.messplus.scoring;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Arithmetic that the overlap metrics share. */
final class FMeasure {

    private FMeasure() {}

    /**
     * The harmonic mean of {@code common / a} and {@code common / b}.
     *
     * @return 0 to 1; 0 if nothing is in common
     */
    static double of(int common, int a, int b) {
        return common == 0 ? 0 : 2.0 * common / ((double) a + b);
    }

    /** The best score any of the references gives; at least 0. */
    static double best(List<String> references, ToDoubleFunction<String> score) {
        double best = 0;
        for (String reference : references) {
            best = Math.max(best, score.applyAsDouble(reference));
        }
        return best;
    }
}
