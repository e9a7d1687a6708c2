package dev.messplus.score.check;

import static dev.messplus.score.check.CheckedAnswers.score;
import static dev.messplus.score.check.CheckedAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.messplus.score.check.RegexCheck.Config;
import dev.messplus.score.check.RegexCheck.Mode;
import org.junit.jupiter.api.Test;

class RegexCheckTest {

    @Test
    void findsAnyPartOrMatchesAll() {
        assertThat(score(new Config("b+", Mode.FIND, false), text("abbc"))).isOne();
        assertThat(score(new Config("b+", Mode.MATCHES, false), text("abbc"))).isZero();
        assertThat(score(new Config("b+", Mode.MATCHES, false), text("bb"))).isOne();
    }

    @Test
    void mustNotInverts() {
        assertThat(score(new Config("b", Mode.FIND, true), text("abc"))).isZero();
        assertThat(score(new Config("b", Mode.FIND, true), text("ac"))).isOne();
        assertThat(score(new Config("b", Mode.FIND, true), text(null))).isNaN();
    }

    @Test
    void anEmptyTextIsAText() {
        assertThat(score(new Config("^$", Mode.FIND, false), text(""))).isOne();
        assertThat(score(new Config("a", Mode.FIND, false), text(""))).isZero();
    }

    /** Java's own regular expressions would take 2^100000 steps, or overflow the stack. */
    @Test
    void anEvilPatternEnds() {
        String text = "a".repeat(100_000) + "!";
        assertThat(score(new Config("(a+)+$", Mode.FIND, false), text(text))).isZero();
    }

    @Test
    void aPatternThatIsNoneIsAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Config("(a", Mode.FIND, false))
                .withMessageStartingWith("pattern: must be a regular expression of RE2")
                .withMessageContaining("was '(a'; correct this: missing closing )");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Config("(a)\\1", Mode.FIND, false))
                .withMessageContaining("was '(a)\\1'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Config("", Mode.FIND, false))
                .withMessage("pattern: must not be empty");
    }

    @Test
    void settingsTravel() throws Exception {
        CheckedAnswers.assertTravels(new Config("(?i)a", Mode.MATCHES, true));
    }
}
