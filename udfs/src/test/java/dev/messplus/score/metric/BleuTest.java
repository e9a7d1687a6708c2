package dev.messplus.score.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BleuTest {

    /** From sacreBLEU's README and test/test_bleu.py, with the references transposed. */
    private static final List<String> HYPOTHESES =
            List.of(
                    "The dog bit the man.",
                    "It wasn't surprising.",
                    "The man had just bitten him.");

    private static final List<List<String>> REFERENCES =
            List.of(
                    List.of("The dog bit the man.", "The dog had bit the man."),
                    List.of("It was not unexpected.", "No one was surprised."),
                    List.of("The man bit him first.", "The man had bitten the dog."));

    @Test
    void corpusScoreIsTheOnePublishedBySacreBleu() {
        // mjpost/sacrebleu, test/test_bleu.py, test_corpus_bleu_cases: 48.530827
        assertThat(corpus(HYPOTHESES, REFERENCES)).isCloseTo(0.48530827, within(5e-9));
    }

    @Test
    void corpusScoreDoesNotSkipEmptyHypotheses() {
        // mjpost/sacrebleu, test/test_bleu.py, test_corpus_bleu_cases: 0.0
        assertThat(corpus(List.of("", "", ""), REFERENCES)).isZero();

        // One of two segments is answered in full: the precisions are 1, so only brevity counts.
        List<List<String>> references = List.of(List.of("a b c d"), List.of("e f g h"));
        assertThat(corpus(List.of("a b c d", ""), references))
                .isCloseTo(Math.exp(1 - 8 / 4.0), within(1e-12));
    }

    @Test
    void corpusScoreIsTheOnePublishedByHuggingFace() {
        // huggingface/datasets, metrics/sacrebleu/README.md: 39.76353643835252
        assertThat(
                        corpus(
                                List.of("hello there general kenobi", "on our way to ankh morpork"),
                                List.of(
                                        List.of("hello there general kenobi", "hello there !"),
                                        List.of("goodbye ankh morpork", "ankh morpork"))))
                .isCloseTo(0.3976353643835252, within(1e-12));
    }

    @Test
    void corpusOfSegmentsTooShortForFourGramsScoresZero() {
        assertThat(corpus(List.of("a b c"), List.of(List.of("a b c")))).isZero();
        assertThat(corpus(List.of(), List.of())).isZero();
    }

    @Test
    void corpusRejectsHypothesesWithoutReferences() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> corpus(List.of("a"), List.of(List.of())));
    }

    @Test
    void sentenceScoresAreThoseOfSacreBleu() {
        // mjpost/sacrebleu, test/test_sentence_bleu.py, 13a tokens, exponential smoothing
        assertThat(
                        sentence(
                                "Producția de zahăr primă va fi exprimată în ceea ce privește"
                                        + " zahărul alb;",
                                "producţia de zahăr brut se exprimă în zahăr alb;"))
                .isCloseTo(0.08493, within(1e-5));
        assertThat(sentence("this is a cat", "okay thanks")).isZero();

        // mjpost/sacrebleu, test/test_bleu.py, test_case_effective_order; nothing to smooth
        assertThat(sentence("test", "a test")).isCloseTo(0.3678794411714425, within(1e-12));
        assertThat(sentence("a test", "a test")).isEqualTo(1);

        // IBM/unitxt, prepare/metrics/sacrebleu.py, instance_targets: 16.23
        assertThat(sentence("on our way to ankh morpork", "goodbye ankh morpork", "ankh morpork"))
                .isCloseTo(0.1623, within(5e-5));
    }

    @Test
    void statisticsAreThoseOfSacreBleu() {
        // mjpost/sacrebleu, test/test_bleu.py, test_case_statistics
        BleuStatistics statistics =
                BleuStatistics.of(
                        "am I am a character sequence",
                        List.of("I am a symbol string sequence a a"));

        assertThat(statistics.matches).containsExactly(4, 2, 1, 0);
        assertThat(statistics.totals).containsExactly(6, 5, 4, 3);
        assertThat(statistics.hypothesisLength).isEqualTo(6);
        assertThat(statistics.referenceLength).isEqualTo(8);
        assertThat(statistics.segments).isEqualTo(1);
    }

    @Test
    void statisticsMakeTheScorePublishedBySacreBleu() {
        // mjpost/sacrebleu, test/test_bleu.py, test_case_scoring
        BleuStatistics statistics = new BleuStatistics();
        statistics.matches = new long[] {9, 7, 5, 3};
        statistics.totals = new long[] {10, 8, 6, 4};
        statistics.hypothesisLength = 11;
        statistics.referenceLength = 11;

        assertThat(statistics.corpusScore()).isCloseTo(0.8375922397, within(1e-10));
    }

    @Test
    void eachZeroPrecisionIsHalfOfTheOneBefore() {
        // precisions 3/4, 2/3, 1/2 and a half of 1/1
        assertThat(sentence("this is a fest", "this is a test"))
                .isCloseTo(Math.pow(3 / 4.0 * 2 / 3 * 1 / 2 / 2, 1 / 4.0), within(1e-12));
        // precisions 2/3, a half of 1/2 and a quarter of 1/1; no 4-gram
        assertThat(sentence("a little test", "a test"))
                .isCloseTo(Math.pow(2 / 3.0 / 4 / 4, 1 / 3.0), within(1e-12));
    }

    @Test
    void repeatedWordsCountAsOftenAsInTheReferenceWithMostOfThem() {
        // Papineni et al., 2002, section 2.1: modified unigram precision 2/7
        BleuStatistics statistics =
                BleuStatistics.of(
                        "the the the the the the the",
                        List.of("the cat is on the mat", "there is a cat on the mat"));

        assertThat(statistics.matches[0]).isEqualTo(2);
        assertThat(statistics.totals[0]).isEqualTo(7);
    }

    @Test
    void brevityIsMeasuredAgainstTheClosestReferenceAndTheShorterOfTwo() {
        assertThat(referenceLength("a b c", "a", "a b", "a b c d e f")).isEqualTo(2);
        assertThat(referenceLength("a b c", "a b c d", "a b")).isEqualTo(2);
        assertThat(referenceLength("a b c", "a b", "a b c d")).isEqualTo(2);
        assertThat(referenceLength("a b c", "a b c d e", "a b c d")).isEqualTo(4);
    }

    @Test
    void statisticsOfPartsAddUpAndSubtract() {
        BleuStatistics whole = BleuStatistics.of(HYPOTHESES.get(0), REFERENCES.get(0));
        BleuStatistics part = BleuStatistics.of(HYPOTHESES.get(1), REFERENCES.get(1));
        whole.add(part);
        assertThat(whole.segments).isEqualTo(2);
        assertThat(whole.corpusScore())
                .isEqualTo(corpus(HYPOTHESES.subList(0, 2), REFERENCES.subList(0, 2)));

        whole.subtract(part);
        assertThat(whole)
                .usingRecursiveComparison()
                .isEqualTo(BleuStatistics.of(HYPOTHESES.get(0), REFERENCES.get(0)));
    }

    private static double sentence(String hypothesis, String... references) {
        return Metric.BLEU.score(hypothesis, List.of(references));
    }

    private static long referenceLength(String hypothesis, String... references) {
        return BleuStatistics.of(hypothesis, List.of(references)).referenceLength;
    }

    private static double corpus(List<String> hypotheses, List<List<String>> references) {
        BleuStatistics corpus = new BleuStatistics();
        for (int i = 0; i < hypotheses.size(); i++) {
            corpus.add(BleuStatistics.of(hypotheses.get(i), references.get(i)));
        }
        return corpus.corpusScore();
    }
}
