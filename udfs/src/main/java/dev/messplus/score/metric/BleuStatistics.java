package dev.messplus.score.metric;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sufficient statistics of a corpus for BLEU: sums over its segments. A segment is a hypothesis
 * with its references. The statistics of the parts of a corpus add up to those of the whole, in any
 * order.
 *
 * <p>BLEU (Papineni et al., 2002) is as sacreBLEU (Post, 2018) computes it by default, on a scale
 * of 0 to 1 instead of 0 to 100: 13a tokens, case-sensitive, n-grams up to 4, exponential
 * smoothing.
 *
 * <p>The fields are public so that the class is a POJO that Flink can use as an accumulator.
 */
public final class BleuStatistics {

    private static final int MAX_ORDER = 4;

    /** Number of segments. */
    public long segments;

    /** Number of tokens in the hypotheses. */
    public long hypothesisLength;

    /** Number of tokens in the references; of several, the one closest in length counts. */
    public long referenceLength;

    /** For n = 1 to 4, the number of n-grams in the hypotheses. */
    public long[] totals = new long[MAX_ORDER];

    /** For n = 1 to 4, the number of n-grams in the hypotheses that a reference contains too. */
    public long[] matches = new long[MAX_ORDER];

    /**
     * The statistics of one segment.
     *
     * @throws IllegalArgumentException if there is no reference
     */
    public static BleuStatistics of(String hypothesis, List<String> references) {
        List<String> tokens = Tokenizers.mteval13a(hypothesis);
        List<List<String>> expected = references.stream().map(Tokenizers::mteval13a).toList();
        BleuStatistics statistics = new BleuStatistics();
        statistics.segments = 1;
        statistics.hypothesisLength = tokens.size();
        statistics.referenceLength = closestLength(tokens.size(), expected);
        for (int n = 1; n <= MAX_ORDER; n++) {
            Map<String, Integer> limits = new HashMap<>();
            for (List<String> reference : expected) {
                NGrams.count(reference, n).forEach((k, v) -> limits.merge(k, v, Math::max));
            }
            statistics.totals[n - 1] = Math.max(0, tokens.size() - n + 1);
            statistics.matches[n - 1] = NGrams.overlap(NGrams.count(tokens, n), limits);
        }
        return statistics;
    }

    private static int closestLength(int length, List<List<String>> references) {
        Comparator<Integer> byDistance = Comparator.comparingInt(l -> Math.abs(l - length));
        return references.stream()
                .map(List::size)
                .min(byDistance.thenComparing(Comparator.naturalOrder()))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "references: BLEU needs at least one, had none"));
    }

    /** Adds segments. */
    public void add(BleuStatistics other) {
        add(other, 1);
    }

    /** Subtracts segments that were added before. */
    public void subtract(BleuStatistics other) {
        add(other, -1);
    }

    private void add(BleuStatistics other, int sign) {
        segments += sign * other.segments;
        hypothesisLength += sign * other.hypothesisLength;
        referenceLength += sign * other.referenceLength;
        for (int i = 0; i < MAX_ORDER; i++) {
            totals[i] += sign * other.totals[i];
            matches[i] += sign * other.matches[i];
        }
    }

    /**
     * Corpus BLEU, sacreBLEU's {@code corpus_bleu}, 0 to 1; 0 if no token matches or no hypothesis
     * has four tokens. N-grams are counted over all hypotheses before precision is computed, so
     * this is not the mean of the sentence scores.
     */
    public double corpusScore() {
        return totals[MAX_ORDER - 1] == 0 ? 0 : sentenceScore();
    }

    /** Sentence BLEU, 0 to 1: corpus BLEU without the orders that have no n-grams. */
    double sentenceScore() {
        // Without a common token, there is no common n-gram.
        if (matches[0] == 0) {
            return 0;
        }
        double logPrecisions = 0;
        double smoothed = 1;
        int order = 0;
        while (order < MAX_ORDER && totals[order] > 0) {
            double matched = matches[order];
            if (matched == 0) {
                smoothed /= 2;
                matched = smoothed;
            }
            logPrecisions += Math.log(matched / totals[order]);
            order++;
        }
        return brevityPenalty() * Math.exp(logPrecisions / order);
    }

    private double brevityPenalty() {
        return Math.exp(Math.min(0, 1 - (double) referenceLength / hypothesisLength));
    }
}
