package dev.messplus.score.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published values are those of google-research/google-research, rouge/rouge_scorer_test.py. */
class RougeTest {

    /** The lines of rouge/testdata/target.txt and prediction.txt. */
    private static final List<String> TARGETS =
            List.of(
                    "ZfbCUIUuePaiLVUlCaUXxkpu XPeWing tUHfPMuZ',-Xd Y BrUgVJing M-HV.-DgdDaY."
                            + "rFDJCRing Ht-LM EKBDXkME,yz'RBr q'wtion wIojNbN wL,b .a-'XdQggyFl"
                            + " jB-RPP'iyOIcUxer tKM L",
                    "KsJdPByEtAor fE-Qg Dpdbring cw-WeFyu vC MoBL Xdn g wkvcEiGvKtion"
                            + " BDFhrpMtion psing sbKao Q m qiing LMmer HqqLFXe,XPY,J XsurkMer ,ed"
                            + " nB'wH'bWVHjWFEing tQ.saefZwJtKrTlixYpMMsJing UCAPwNHeYVjDing c T"
                            + " BUySKtion gMPfJpwGw p'NvxAoping eu pBwMBKV'I DNxqelhu,PHPxDEq,mtion"
                            + " SN");

    private static final List<String> PREDICTIONS =
            List.of(
                    "rFDJCRtion Ht-LM EKtDXkME,yz'RBr q'wer wrojNbN wL,b .a-'XdQggyFl"
                            + " jB-RPP'iyOIcUxi",
                    "n cw-WeFyu vC MoBL Xdn g wkvcEiGvKtion BDFhrpMer pstion sbKao Q m qier"
                            + " LMmed HqqLFXe,XPY,J XsurkMeo ,ed nB'wH'bWVHjWFEer"
                            + " tQ.saefZwJtKrTlixYpMMNJtion UCAPwNHeYVjD");

    @ParameterizedTest
    @CsvSource({
        "ROUGE_1, 0, 0.51163", "ROUGE_1, 1, 0.50000",
        "ROUGE_2, 0, 0.39024", "ROUGE_2, 1, 0.36364",
        "ROUGE_L, 0, 0.51163", "ROUGE_L, 1, 0.50000"
    })
    void scoresAgreeWithRouge155(Metric metric, int line, double published) {
        assertThat(score(metric, PREDICTIONS.get(line), TARGETS.get(line)))
                .isCloseTo(published, within(5e-6));
    }

    @ParameterizedTest
    @CsvSource({
        "ROUGE_1, testing,     0.5", // testRouge1
        "ROUGE_2, testing one, 0.6666666666666666", // testRouge2
        "ROUGE_L, testing one, 0.8", // testRougeLConsecutive
        "ROUGE_L, testing two, 0.8", // testRougeLNonConsecutive
        "ROUGE_1, testing one, 0.8", // testMultipleRougeTypes
        "ROUGE_1, '',          0", // testRougeEmpty
        "ROUGE_2, '',          0",
        "ROUGE_L, '',          0",
        "ROUGE_L, /,           0" // testRougeLsum: all non-word characters
    })
    void scoresAreThosePublishedByRougeScore(Metric metric, String output, double published) {
        assertThat(score(metric, output, "testing one two")).isCloseTo(published, within(1e-12));
    }

    @Test
    void onlyRougeLRespectsDistantOrder() {
        assertThat(score(Metric.ROUGE_1, "c b a", "a b c")).isEqualTo(1);
        assertThat(score(Metric.ROUGE_2, "c b a", "a b c")).isZero();
        // Lin, 2004, section 3: "police killed the gunman" in two orders
        assertThat(score(Metric.ROUGE_L, "police kill the gunman", "police killed the gunman"))
                .isEqualTo(0.75);
        assertThat(score(Metric.ROUGE_L, "the gunman kill police", "police killed the gunman"))
                .isEqualTo(0.5);
    }

    @Test
    void repeatedWordsCountAsOftenAsInTheReference() {
        assertThat(score(Metric.ROUGE_1, "a a a a", "a b")).isEqualTo(2 * 1 / (4 + 2.0));
    }

    @Test
    void singleWordHasNoPairsToShare() {
        assertThat(score(Metric.ROUGE_2, "word", "word")).isZero();
    }

    @Test
    void wordsOfOtherScriptsCount() {
        assertThat(score(Metric.ROUGE_1, "Ärger über die Straße", "ärger ÜBER den Weg"))
                .isEqualTo(0.5);
        assertThat(score(Metric.ROUGE_1, "नमस्ते दुनिया", "नमस्ते भारत")).isEqualTo(0.5);
        assertThat(score(Metric.ROUGE_L, "北京是首都", "首都是北京")).isEqualTo(2 * 2 / 10.0);
    }

    @Test
    void bestReferenceCounts() {
        assertThat(Metric.ROUGE_1.score("a b", List.of("c d", "a c", "x"))).isEqualTo(0.5);
    }

    private static double score(Metric metric, String output, String reference) {
        return metric.score(output, List.of(reference));
    }
}
