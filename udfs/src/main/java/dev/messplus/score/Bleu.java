package dev.messplus.score;

import java.util.List;

/**
 * BLEU (Papineni et al., 2002) as sacreBLEU (Post, 2018) computes it by default, on a scale of 0 to
 * 1 instead of 0 to 100: 13a tokens, case-sensitive, n-grams up to 4, exponential smoothing.
 */
public final class Bleu {

    private Bleu() {}

    /**
     * Corpus BLEU, sacreBLEU's {@code corpus_bleu}. N-grams are counted over all hypotheses before
     * precision is computed, so this is not the mean of the sentence scores.
     *
     * @param hypotheses the texts to score
     * @param references for each hypothesis its references, at least one; sacreBLEU takes the
     *     transpose
     * @return the score, 0 to 1; 0 if there are no hypotheses, or none has four tokens
     * @throws IllegalArgumentException if the lists differ in length or a hypothesis has no
     *     reference
     */
    public static double corpus(List<String> hypotheses, List<List<String>> references) {
        if (hypotheses.size() != references.size()) {
            throw new IllegalArgumentException(
                    "references: must be given for all %d hypotheses, were given for %d"
                            .formatted(hypotheses.size(), references.size()));
        }
        BleuStatistics corpus = new BleuStatistics();
        for (int i = 0; i < hypotheses.size(); i++) {
            corpus.add(BleuStatistics.of(hypotheses.get(i), references.get(i)));
        }
        return corpus.corpusScore();
    }

    /** {@link Metric#BLEU}. */
    static double sentence(String hypothesis, List<String> references) {
        return BleuStatistics.of(hypothesis, references).sentenceScore();
    }
}
