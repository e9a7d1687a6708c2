package dev.messplus.score.metric;

import java.util.List;
import java.util.Map;

/** {@link Metric#ROUGE_1}, {@link Metric#ROUGE_2} and {@link Metric#ROUGE_L} (Lin, 2004). */
final class Rouge {

    private Rouge() {}

    static double ofNGrams(int n, String output, List<String> references) {
        List<String> words = Tokenizers.rouge(output);
        Map<String, Integer> counts = NGrams.count(words, n);
        return FMeasure.best(
                references,
                reference -> {
                    List<String> expected = Tokenizers.rouge(reference);
                    int common = NGrams.overlap(NGrams.count(expected, n), counts);
                    return FMeasure.of(common, words.size() - n + 1, expected.size() - n + 1);
                });
    }

    static double ofSubsequence(String output, List<String> references) {
        List<String> words = Tokenizers.rouge(output);
        return FMeasure.best(
                references,
                reference -> {
                    List<String> expected = Tokenizers.rouge(reference);
                    int common = CommonSubsequence.length(words, expected);
                    return FMeasure.of(common, words.size(), expected.size());
                });
    }
}
