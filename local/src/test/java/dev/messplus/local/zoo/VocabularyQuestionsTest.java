package dev.messplus.local.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.local.zoo.Question.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class VocabularyQuestionsTest {

    private static VocabularyQuestions vocabulary;

    @BeforeAll
    static void read() {
        vocabulary = VocabularyQuestions.read();
    }

    @Test
    void theSeedDecidesTheQuestions() {
        assertThat(vocabulary.generate(300, 1)).isEqualTo(vocabulary.generate(300, 1));
        assertThat(vocabulary.generate(300, 2)).isNotEqualTo(vocabulary.generate(300, 1));
        assertThat(VocabularyQuestions.read().generate(300, 1))
                .isEqualTo(vocabulary.generate(300, 1));
    }

    @Test
    void moreQuestionsBeginWithTheSame() {
        assertThat(vocabulary.generate(300, 1)).startsWith(array(vocabulary.generate(100, 1)));
    }

    @Test
    void everyQuestionHasEightDistinctOptionsAndAReferenceAmongThem() {
        for (Question question : vocabulary.generate(2_000, 3)) {
            var parsed = MultipleChoice.parse(question.prompt());
            assertThat(parsed.options()).hasSize(8).doesNotHaveDuplicates();
            assertThat(question.reference()).matches("[A-H]");
            assertThat(parsed.options()).doesNotContain(parsed.subject());
        }
    }

    @Test
    void noOtherOptionIsASynonymOfTheRightOne() {
        var wordNet = WordNet.read();
        for (Question question : vocabulary.generate(500, 4)) {
            var options = MultipleChoice.parse(question.prompt()).options();
            var right = options.get(question.reference().charAt(0) - 'A');
            for (var pos : WordNet.PARTS_OF_SPEECH) {
                if (wordNet.words(pos).containsAll(options)) {
                    var names = new HashSet<>(wordNet.namesOf(pos, right));
                    names.retainAll(options);
                    assertThat(names).isSubsetOf(right);
                }
            }
        }
    }

    @Test
    void kindsAndLettersAreMixed() {
        var questions = vocabulary.generate(2_000, 5);

        var kinds =
                questions.stream()
                        .collect(Collectors.groupingBy(Question::kind, Collectors.counting()));
        for (Kind kind : Kind.values()) {
            assertThat(kinds.get(kind) / 2_000.0)
                    .isBetween(kind.weight() / 130.0, kind.weight() / 75.0);
        }
        var letters =
                questions.stream()
                        .collect(Collectors.groupingBy(Question::reference, Collectors.counting()));
        assertThat(letters).hasSize(8);
        assertThat(letters.values()).allMatch(count -> count > 180 && count < 320);
    }

    @Test
    void doesNotRunOut() {
        assertThat(vocabulary.generate(20_000, 6))
                .extracting(Question::prompt)
                .doesNotHaveDuplicates();
    }

    private static Question[] array(List<Question> questions) {
        return questions.toArray(Question[]::new);
    }
}
