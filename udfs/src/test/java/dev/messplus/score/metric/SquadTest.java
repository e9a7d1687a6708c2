package dev.messplus.score.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SquadTest {

    @ParameterizedTest
    @CsvSource({
        // huggingface/datasets, metrics/squad/README.md
        "1976,           1976,                   1, 1",
        "1999,           1976,                   0, 0",
        "Beyonce,        Beyoncé and Bruno Mars, 0, 0",
        "climate change, climate change,         1, 1"
    })
    void scoresAreThosePublishedForSquad(String output, String reference, int exact, int f1) {
        assertThat(exact(output, reference)).isEqualTo(exact);
        assertThat(f1(output, reference)).isEqualTo(f1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The Eiffel Tower!        | eiffel   tower",
                "a well-known answer      | wellknown answer.",
                "«Les Misérables»         | les misérables",
                "ОТВЕТ — «да»             | ответ да",
                "东京。                   | 东京",
                "¿Qué?                    | qué",
                "$5                       | 5"
            })
    void exactMatchIgnoresCasePunctuationArticlesAndSpacing(String output, String reference) {
        assertThat(exact(output, reference)).isEqualTo(1);
        assertThat(f1(output, reference)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"42, 43", "cafe, café", "Tower Eiffel, Eiffel Tower", "not Paris, Paris", "😀, 😁"})
    void exactMatchToleratesNothingElse(String output, String reference) {
        assertThat(exact(output, reference)).isZero();
    }

    @Test
    void answersMadeOfArticlesOrPunctuationAloneKeepThem() {
        assertThat(exact("A", "A")).isEqualTo(1);
        assertThat(exact("(a)", "A")).isEqualTo(1);
        assertThat(exact("The", "A")).isZero();
        assertThat(exact("", "A")).isZero();
        assertThat(exact("+", "-")).isZero();
        assertThat(exact(" + ", "+")).isEqualTo(1);
    }

    @Test
    void blankOutputMatchesABlankReferenceOnly() {
        assertThat(exact(" \n", "")).isEqualTo(1);
        assertThat(f1(" \n", "")).isEqualTo(1);
        assertThat(exact("", "Paris")).isZero();
        assertThat(f1("", "Paris")).isZero();
        assertThat(f1("Paris", "")).isZero();
    }

    @Test
    void f1IsTheHarmonicMeanOfPrecisionAndRecallOfWords() {
        // precision 2/5, recall 2/3
        assertThat(f1("in the old city of Paris", "the City, Paris (France)"))
                .isCloseTo(2 * 2 / (5 + 3.0), within(1e-12));
        // the repeated word counts as often as both have it
        assertThat(f1("New York New York", "New York")).isCloseTo(2 * 2 / 6.0, within(1e-12));
        assertThat(f1("Rome", "Paris")).isZero();
    }

    @Test
    void f1ComparesIdeographsOneByOne() {
        assertThat(f1("东京都", "东京")).isEqualTo(2 * 2 / 5.0);
    }

    @Test
    void bestReferenceCounts() {
        assertThat(Metric.EXACT.score("Paris", List.of("Rome", "paris", "Oslo"))).isEqualTo(1);
        assertThat(Metric.F1.score("Paris", List.of("Rome", "Paris France"))).isEqualTo(2 / 3.0);
    }

    private static double exact(String output, String reference) {
        return Metric.EXACT.score(output, List.of(reference));
    }

    private static double f1(String output, String reference) {
        return Metric.F1.score(output, List.of(reference));
    }
}
