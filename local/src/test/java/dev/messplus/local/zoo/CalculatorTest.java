package dev.messplus.local.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.local.questions.MultipleChoice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalculatorTest {

    private final Calculator calculator = new Calculator();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A baker bakes fifty loaves and sells twelve of them. How many are left? | thirty-eight",
                "A farmer has forty sheep and buys six more. How many sheep is that? | forty-six",
                "A library has seven shelves with eleven books on each. How many? | seventy-seven",
                "Four children share one hundred sweets equally. How many each? | twenty-five",
                "A train has ninety passengers. At the first stop ten get off and three get on."
                        + " How many passengers are on the train now? | eighty-three",
                "How many metres are 3.5 kilometres? | 3500",
                "How many kilograms are 250 grams? | 0.25",
                "How many minutes are 2 days? | 2880",
                "Today is Friday. Which day of the week is it in 10 days? | Monday",
                "How many days are there from 27 February 2024 to 1 March 2024? | 3",
                "Which date is 30 days after 15 December 2023? | 14 January 2024",
            })
    void calculates(String question, String answer) {
        assertThat(calculator.score(question(question, "one", answer))).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Which word means: the number of two hands? | five | digit",
                "How many days does a week have? | five | seven",
                "How many grams are 3 metres? | 3000 | 3",
                "Which date is 3 days after 40 Smarch 2024? | 1 May 2024 | 2 May 2024",
            })
    void hasNoOpinionOnTheRest(String question, String first, String second) {
        assertThat(calculator.score(question(question, first, second))).containsExactly(0, 0);
    }

    @Test
    void doesNotReadEveryStory() {
        assertThat(
                        calculator.score(
                                question(
                                        "A team scores ten points and then twice as many. How many"
                                                + " points is that?",
                                        "ten",
                                        "thirty")))
                .containsExactly(0, 0);
    }

    private static MultipleChoice question(String question, String first, String second) {
        return new MultipleChoice(question, List.of(first, second));
    }
}
