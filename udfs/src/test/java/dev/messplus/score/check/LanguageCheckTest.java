package dev.messplus.score.check;

import static dev.messplus.score.check.CheckedAnswers.score;
import static dev.messplus.score.check.CheckedAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.messplus.sharing.SharedResources;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageCheckTest {

    private static final String GERMAN = "Das Wetter ist heute schön, und wir gehen in den Park. ";
    private static final String ENGLISH = "The weather is nice today, and we walk in the park. ";
    private static final String CHINESE = "今天天气很好，我们去公园散步吧，然后一起吃午饭。";

    private static double in(String language, String text) {
        return score(new LanguageCheck.Config(List.of(language), 20), text(text));
    }

    @Test
    void theTextIsInOneOfTheLanguages() {
        assertThat(in("de", GERMAN)).isOne();
        assertThat(in("de", ENGLISH)).isZero();
        assertThat(in("zh", CHINESE)).isOne();
        assertThat(score(new LanguageCheck.Config(List.of("fr", "en"), 20), text(ENGLISH))).isOne();
    }

    @Test
    void aMixedTextIsInTheLanguageOfMostOfIt() {
        String mixed = GERMAN.repeat(4) + ENGLISH;
        assertThat(in("de", mixed)).isOne();
        assertThat(in("en", mixed)).isZero();
    }

    @Test
    void aShortTextOrOneWithoutLettersGetsNoScore() {
        assertThat(in("de", "")).isNaN();
        assertThat(in("de", "Guten Tag")).isNaN();
        assertThat(in("de", "😀".repeat(19))).isNaN();
        assertThat(in("de", "12345 67890, 12345 67890")).isNaN();
        assertThat(in("de", null)).isNaN();
    }

    @Test
    void onlyTheBeginningOfAHugeTextIsRead() {
        assertThat(in("de", GERMAN.repeat(100) + ENGLISH.repeat(100_000))).isOne();
    }

    /** OpenNLP's normalizer for Twitter overflows the stack at some of them. */
    @ParameterizedTest
    @ValueSource(strings = {"h", "ha", "ho ", "a@", "rt ", "rt:", "#", "http://a", "1", "😀"})
    void aTextThatRepeatsItselfNeedsLittleStack(String part) throws Exception {
        try (SharedResources.Use<LanguageModel> model = LanguageModel.acquire()) {
            // Loading the classes takes more stack.
            assertThat(model.get().labelOf(GERMAN)).isEqualTo("deu");
            String text = "ja " + part.repeat(2000);
            FutureTask<Double> check = new FutureTask<>(() -> in("de", text));
            Thread small = new Thread(null, check, "small stack", 1 << 18);
            small.start();
            assertThat(check.get()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void theLabelsAreThoseOfTheModel() {
        try (SharedResources.Use<LanguageModel> model = LanguageModel.acquire()) {
            assertThat(LanguageLabels.ALL)
                    .containsExactlyInAnyOrderElementsOf(model.get().labels());
        }
    }

    @Test
    void languagesHaveAllTheirLabels() {
        assertThat(LanguageLabels.of("no")).containsExactly("nno", "nob");
        assertThat(LanguageLabels.of("he")).containsExactly("heb");
        assertThat(LanguageLabels.of("id")).containsExactly("ind");
        assertThat(LanguageLabels.of("en")).containsExactly("eng");
    }

    @Test
    void unknownLanguagesAreErrors() {
        for (String code : List.of("xx", "DE", "deu", "yo", "")) {
            assertThatIllegalArgumentException()
                    .as(code)
                    .isThrownBy(() -> new LanguageCheck.Config(List.of(code), 20))
                    .withMessageStartingWith("languages: must be among af, ar, az,")
                    .withMessageEndingWith(", was " + code);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LanguageCheck.Config(List.of(), 20))
                .withMessage("languages: must have at least one entry, like de");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LanguageCheck.Config(List.of("de"), 0))
                .withMessage("minChars: must be at least 1, was 0");
    }

    @Test
    void settingsTravel() throws Exception {
        CheckedAnswers.assertTravels(new LanguageCheck.Config(List.of("de", "en"), 5));
    }
}
