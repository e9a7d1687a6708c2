package dev.messplus.score.check;

import static dev.messplus.score.check.CheckedAnswers.score;
import static dev.messplus.score.check.CheckedAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LengthCheckTest {

    private static LengthCheck.Config chars(Integer min, Integer max) {
        return new LengthCheck.Config(min, max, null, null);
    }

    private static LengthCheck.Config words(Integer min, Integer max) {
        return new LengthCheck.Config(null, null, min, max);
    }

    @Test
    void boundsAreAllowedThemselves() {
        assertThat(score(chars(2, 3), text("a"))).isZero();
        assertThat(score(chars(2, 3), text("ab"))).isOne();
        assertThat(score(chars(2, 3), text("abc"))).isOne();
        assertThat(score(chars(2, 3), text("abcd"))).isZero();
    }

    @Test
    void charactersAreCodePoints() {
        assertThat(score(chars(null, 2), text("😀😀"))).isOne();
        assertThat(score(chars(3, null), text("😀😀"))).isZero();
    }

    @Test
    void wordsAreSeparatedByAnyWhiteSpace() {
        assertThat(score(words(3, 3), text(" one\n\ttwo\u00a0 three "))).isOne();
        assertThat(score(words(4, null), text(" one\n\ttwo\u00a0 three "))).isZero();
        assertThat(score(words(null, 0), text(" \n"))).isOne();
    }

    @Test
    void anEmptyTextIsATextAndNoTextIsNone() {
        assertThat(score(chars(1, null), text(""))).isZero();
        assertThat(score(chars(null, 1), text(""))).isOne();
        assertThat(score(chars(1, null), text(null))).isNaN();
    }

    @Test
    void countsAHugeText() {
        assertThat(score(words(1_000_000, 1_000_000), text("a ".repeat(1_000_000)))).isOne();
    }

    @Test
    void settingsThatContradictEachOtherAreErrors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chars(5, 3))
                .withMessage("maxChars: must be at least minChars (5), was 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> words(5, 3))
                .withMessage("maxWords: must be at least minWords (5), was 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> words(-1, 3))
                .withMessage("minWords: must be at least 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chars(null, null))
                .withMessage(
                        "maxChars: is missing, like minChars, minWords and maxWords; set at least"
                                + " one of them");
    }

    @Test
    void settingsTravel() throws Exception {
        CheckedAnswers.assertTravels(new LengthCheck.Config(1, 2, null, 4));
    }
}
