package dev.messplus.score.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoiceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B",
                "b",
                " B \n",
                "(b)",
                "B)",
                "[B]",
                "B.",
                "**B**",
                "\"B\"",
                "Option B",
                "B. text",
                "B) text",
                "(B) text, more text",
                "**B.** text",
                "**B)** text",
                "B: text",
                "B - text",
                "B – text",
                "B\nBecause it is.",
                "B\r\nBecause it is.",
                "Option B: text",
                "The answer is B",
                "The answer is B.",
                "the answer is b.",
                "The answer is (b) text",
                "The answer is B because it is.",
                "The answer is B, a large city.",
                "The answer is B, I think.",
                "The answer is: B",
                "The correct option is B",
                "The answer is option B, not option C.",
                "Answer: B",
                "Answer: B because it is.",
                "Answer:\n\nB",
                "**Answer:** B",
                "**Answer**: (B)",
                "answer = b",
                "My choice: B",
                "Let me think. A is too small.\nSo the answer is B.\nA is wrong.",
                "If the answer is A, we get 3. So the answer is B.",
                "Answer: B. Every other answer is wrong.",
                "A: The answer is B"
            })
    void letterIsChosen(String output) {
        assertThat(score(output, "B")).isEqualTo(1);
        assertThat(score(output, "A")).isZero();
        assertThat(score(output, "C")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "A dog barks",
                "a",
                "AB",
                "A1",
                "Be careful",
                "A B",
                "A or B",
                "A, B",
                "B or C",
                "(B) or (C)",
                "B) and C)",
                "B.C. 300",
                "B's dog",
                "B because it is",
                "The answer is A or B",
                "The answer is B or C",
                "The answer is (B) and (C)",
                "The answer is B/C",
                "The answer is B, or C",
                "The answer is not B",
                "The answer is Berlin",
                "The answer is a dog",
                "Answer: A dog barks",
                "Answer: I think so",
                "I think it is B",
                "It is hard to tell, B or so",
                "C",
                "ß",
                "Ｂ",
                "😀"
            })
    void letterIsNotChosen(String output) {
        assertThat(score(output, "B")).isZero();
    }

    @Test
    void articleAndPronounAreNotLetters() {
        assertThat(score("A dog barks", "A")).isZero();
        assertThat(score("a dog", "A")).isZero();
        assertThat(score("The answer is a dog", "A")).isZero();
        assertThat(score("Answer: A dog", "A")).isZero();
        assertThat(score("Answer: I think so", "I")).isZero();
        assertThat(score("The answer is I'm not sure", "I")).isZero();

        assertThat(score("A. A dog barks", "A")).isEqualTo(1);
        assertThat(score("The answer is A because dogs bark", "A")).isEqualTo(1);
        assertThat(score("The answer is I.", "I")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A dog",
                "a dog.",
                "**Dog**",
                "B. A dog",
                "(B) a dog",
                "The answer is a dog.",
                "Answer: A dog",
                "The answer is B. A dog.",
                "It barks.\nAnswer: (B) a dog\nCats do not."
            })
    void textIsChosen(String output) {
        assertThat(score(output, "A dog")).isEqualTo(1);
        assertThat(score(output, "A cat")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"B", "A", "A big dog", "A dog barks", "Not a dog", "The answer is B", ""})
    void textIsNotChosen(String output) {
        assertThat(score(output, "A dog")).isZero();
    }

    @Test
    void referenceMayGiveLetterAndText() {
        for (String reference : List.of("B. Paris", "(B) Paris", "b) paris")) {
            assertThat(score("B", reference)).isEqualTo(1);
            assertThat(score("Paris", reference)).isEqualTo(1);
            assertThat(score("The answer is B", reference)).isEqualTo(1);
            assertThat(score("C. Paris", reference)).as("letters decide").isZero();
            assertThat(score("Rome", reference)).isZero();
        }
        assertThat(Metric.CHOICE.score("Paris", List.of("B", "Paris"))).isEqualTo(1);
        assertThat(Metric.CHOICE.score("(b)", List.of("B", "Paris"))).isEqualTo(1);
    }

    @Test
    void aPhraseWithNothingAfterItIsNotAnAnswer() {
        assertThat(score("Answer: Paris\nAnswer:\u00a0\u001c\n", "Paris")).isEqualTo(1);
        assertThat(score("Answer:\u00a0", "answer")).isEqualTo(1);
    }

    @Test
    void optionsThatAreSymbolsDiffer() {
        assertThat(score("B. +", "+")).isEqualTo(1);
        assertThat(score("-", "+")).isZero();
        assertThat(score("", "")).as("no choice at all").isZero();
    }

    private static double score(String output, String reference) {
        return Metric.CHOICE.score(output, List.of(reference));
    }
}
