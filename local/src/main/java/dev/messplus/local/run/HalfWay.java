package dev.messplus.local.run;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.local.report.ReferencePass;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What to promise if nobody says: a score half way between that of the cheapest model and that of
 * the most accurate one. The one alone does not reach it, and the other alone may cost too much.
 *
 * @param alpha the score, in [0, 1], in steps of .001
 */
record HalfWay(double alpha, String cheapest, String mostAccurate) {

    private static final double STEPS = 1_000;

    /**
     * The score half way between the models of a recorded run.
     *
     * @throws IllegalStateException if no answer has both a score and joules
     */
    static HalfWay between(ReferencePass recorded) {
        Map<String, ModelMean> means = new TreeMap<>();
        for (int m = 0; m < recorded.models().size(); m++) {
            Optional<ModelMean> mean = recorded.mean(m);
            if (mean.isPresent()) {
                means.put(recorded.models().get(m), mean.get());
            }
        }
        if (means.isEmpty()) {
            throw new IllegalStateException(
                    "no answer has a score and joules; see the log in the folder of the run");
        }
        String cheapest = first(means, Comparator.comparingDouble(ModelMean::joules));
        String best = first(means, Comparator.comparingDouble(mean -> -mean.score()));
        double middle = (means.get(cheapest).score() + means.get(best).score()) / 2;
        return new HalfWay(Math.floor(middle * STEPS) / STEPS, cheapest, best);
    }

    /** Where it comes from, in words. */
    String describe() {
        return cheapest.equals(mostAccurate)
                ? "what %s scores, the cheapest and most accurate model".formatted(cheapest)
                : "half way between %s, the cheapest model, and %s, the most accurate"
                        .formatted(cheapest, mostAccurate);
    }

    private static String first(Map<String, ModelMean> means, Comparator<ModelMean> order) {
        return means.entrySet().stream()
                .min(Map.Entry.comparingByValue(order))
                .orElseThrow()
                .getKey();
    }
}
