package dev.messplus.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurfaceFeaturesTest {

    private static final int LENGTH = 0;
    private static final int DIGITS = 1;
    private static final int NEWLINES = 2;
    private static final int SYMBOLS = 3;
    private static final int UPPER_CASE = 4;
    private static final int QUESTION = 5;
    private static final int OPTIONS = 6;
    private static final int CODE = 7;

    /** Scaled, but not centered. */
    private final SurfaceFeatures surface = new SurfaceFeatures(List.of());

    @Test
    void anEmptyTextHasFeaturesOfZero() {
        assertThat(of("")).isEqualTo(new float[SurfaceFeatures.COUNT]);
    }

    @Test
    void featuresAreCenteredAtTheMeansOverTypicalPrompts() {
        // Both have 20 characters. Half of the first are digits, which counts as 1. The second
        // has a symbol and a capital letter, and asks.
        var centered = new SurfaceFeatures(List.of("1234567890 and words", "What is in the list?"));
        var features = new float[SurfaceFeatures.COUNT];
        centered.write("", features, 0);

        float length = (float) (Math.log1p(20) / 8);
        float symbols = (0 + 10 / 20f) / 2;
        float upperCase = (0 + 10 / 20f) / 2;
        assertThat(features)
                .containsExactly(
                        new float[] {
                            -.8f * length,
                            -.8f / 2,
                            0,
                            -.8f * symbols,
                            -.8f * upperCase,
                            -.8f / 2,
                            0,
                            0
                        },
                        within(1e-6f));
    }

    @Test
    void lengthIsLogarithmic() {
        assertThat(of("x".repeat(147))[LENGTH]).isCloseTo(.8f * 4.997212f / 8, within(1e-5f));
        assertThat(of("x".repeat(100_000))[LENGTH]).isCloseTo(.8f * 11.512935f / 8, within(1e-5f));
    }

    @Test
    void sharesAreOfAllCharacters() {
        // 40 characters: 1 digit, 1 newline, 2 symbols, 3 in upper case.
        float[] features = of("One Two Three, 4 more. and all the rest\n");

        assertThat(features[DIGITS]).isCloseTo(.8f * 8 / 40f, within(1e-6f));
        assertThat(features[NEWLINES]).isCloseTo(.8f * 20 / 40f, within(1e-6f));
        assertThat(features[SYMBOLS]).isCloseTo(.8f * 20 / 40f, within(1e-6f));
        assertThat(features[UPPER_CASE]).isCloseTo(.8f * 30 / 40f, within(1e-6f));
    }

    @Test
    void sharesAreAtMostOne() {
        assertThat(of("1".repeat(100_000))[DIGITS]).isEqualTo(.8f);
        assertThat(of("\n\n\n")[NEWLINES]).isEqualTo(.8f);
        assertThat(of("!?")[SYMBOLS]).isEqualTo(.8f);
        assertThat(of("AB")[UPPER_CASE]).isEqualTo(.8f);
    }

    @Test
    void spacesAndForeignLettersAreNotSymbols() {
        assertThat(of("日本語 für\u00a0Ελλάδα\t٣")[SYMBOLS]).isZero();
        assertThat(of("ÄΩ")[UPPER_CASE]).isEqualTo(.8f);
    }

    @Test
    void aSurrogatePairIsOneCharacter() {
        // An emoji is a symbol, a supplementary ideograph a letter, an unpaired surrogate a symbol.
        String nineteen = "x".repeat(19);
        float oneOfTwenty = .8f * 10 / 20f;

        assertThat(of(nineteen + "\ud83d\ude00")[SYMBOLS]).isCloseTo(oneOfTwenty, within(1e-6f));
        assertThat(of(nineteen + "\ud840\udc00")[SYMBOLS]).isZero();
        assertThat(of(nineteen + "\ud83d")[SYMBOLS]).isCloseTo(oneOfTwenty, within(1e-6f));
        assertThat(of("\ud83d\ude00")[LENGTH]).isEqualTo(of("x")[LENGTH]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Why?", "?", "Why? \n\t\u00a0", "Yes. No?"})
    void aQuestionEndsWithItsMark(String text) {
        assertThat(of(text)[QUESTION]).isEqualTo(.8f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Why", "Why? Because.", " ", "?\nyes"})
    void anythingElseIsNotAQuestion(String text) {
        assertThat(of(text)[QUESTION]).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A. one",
                "(A) one",
                "A:",
                "(A: one",
                "Which?\nA) one\nB) two",
                "Which?\r\n \t(A) one",
                "Which?\n\n  A. one"
            })
    void optionsBeginALine(String text) {
        assertThat(of(text)[OPTIONS]).isEqualTo(.8f);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "A man.",
                "B. two",
                "one A. two",
                "((A) one",
                "( A) one",
                "a) one",
                "A\n."
            })
    void nothingElseIsAnOption(String text) {
        assertThat(of(text)[OPTIONS]).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```",
                "see ````python",
                "def f(x):",
                "ddef f",
                "x = 1;",
                "x = 1; \nand more",
                "void f() {\r\n",
                "int main() {\n\n  done"
            })
    void codeHasFencesFunctionsAndEndsOfStatements(String text) {
        assertThat(of(text)[CODE]).isEqualTo(.8f);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two `` backticks` only",
                "define and undef",
                "first; second",
                "a set {1} of one",
                "de f "
            })
    void proseIsNotCode(String text) {
        assertThat(of(text)[CODE]).isZero();
    }

    @Property(tries = 5_000)
    void everyTextHasTheFeaturesOfTheirDefinitions(@ForAll("texts") String text) {
        assertThat(of(text)).isEqualTo(SurfaceReference.of(text));
    }

    /** Any code units, including unpaired surrogates, and often what the features look for. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                        Arbitraries.of(
                                "\n",
                                " ",
                                "\t\r\n",
                                "\u00a0\n",
                                "(",
                                "(A",
                                "A",
                                ")",
                                ".",
                                ":",
                                ";",
                                "{",
                                "?",
                                "`",
                                "```",
                                "def ",
                                "d",
                                "de",
                                "def",
                                "\u2028",
                                "\ud83d\ude00",
                                "\ud840\udc00",
                                "\u24b6",
                                "\u2167",
                                "\ud801\udc00",
                                "words",
                                "7"),
                        Arbitraries.strings().ascii().ofMaxLength(4),
                        Arbitraries.strings().ofMaxLength(4))
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Test
    void writesAtTheGivenIndex() {
        var into = new float[SurfaceFeatures.COUNT + 2];
        surface.write("Why?", into, 1);

        assertThat(into[0]).isZero();
        assertThat(into[1 + QUESTION]).isEqualTo(.8f);
        assertThat(into[SurfaceFeatures.COUNT + 1]).isZero();
    }

    private float[] of(String text) {
        var features = new float[SurfaceFeatures.COUNT];
        surface.write(text, features, 0);
        return features;
    }
}
