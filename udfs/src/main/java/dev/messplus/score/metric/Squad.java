package dev.messplus.score.metric;

import java.util.List;
import java.util.Map;

/** {@link Metric#EXACT} and {@link Metric#F1}. */
final class Squad {

    private Squad() {}

    static double exact(String output, List<String> references) {
        List<String> words = Tokenizers.squad(output);
        return FMeasure.best(
                references, reference -> words.equals(Tokenizers.squad(reference)) ? 1 : 0);
    }

    static double f1(String output, List<String> references) {
        List<String> words = Tokenizers.squad(output);
        Map<String, Integer> counts = NGrams.count(words, 1);
        return FMeasure.best(
                references,
                reference -> {
                    List<String> expected = Tokenizers.squad(reference);
                    if (words.isEmpty() && expected.isEmpty()) {
                        return 1;
                    }
                    int common = NGrams.overlap(NGrams.count(expected, 1), counts);
                    return FMeasure.of(common, words.size(), expected.size());
                });
    }
}
