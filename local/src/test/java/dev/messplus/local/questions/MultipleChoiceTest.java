package dev.messplus.local.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipleChoiceTest {

    @Test
    void readsQuestionAndOptions() {
        var parsed =
                MultipleChoice.parse(
                        """
                        Please answer.
                        Which word means: a large stream?

                        A) river
                        B. lake
                        C: A) is wrong
                        """);

        assertThat(parsed.question()).startsWith("Please answer. Which word").endsWith("stream?");
        assertThat(parsed.options()).containsExactly("river", "lake", "A) is wrong");
    }

    @Test
    void findsTheSubject() {
        assertThat(subject("What is the opposite of \"hot\"?")).isEqualTo("hot");
        assertThat(subject("Which word means: a large stream?")).isEqualTo("a large stream?");
        assertThat(subject("Who discovered radium?")).isEqualTo("Who discovered radium?");
    }

    @Test
    void theFirstOfTheBestWins() {
        var parsed = MultipleChoice.parse("?\nA) one\nB) two\nC) three");

        assertThat(parsed.answer(new double[] {0.1, 0.2, 0.2})).isEqualTo("B) two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello", "Which?\nA) only one", "Which?\nB) two\nC) three"})
    void refusesWhatHasNoOptions(String prompt) {
        assertThatThrownBy(() -> MultipleChoice.parse(prompt))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one option per line");
    }

    private static String subject(String question) {
        return MultipleChoice.parse(question + "\nA) a\nB) b").subject();
    }
}
