package dev.messplus.local.questions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.sf.extjwnl.data.POS;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MixedQuestionsTest {

    private static MixedQuestions mixed;

    @BeforeAll
    static void read() {
        mixed = MixedQuestions.read();
    }

    @Test
    void theSeedDecidesTheQuestions() {
        assertThat(mixed.generate(300, 1)).isEqualTo(mixed.generate(300, 1));
        assertThat(mixed.generate(300, 2)).isNotEqualTo(mixed.generate(300, 1));
        assertThat(MixedQuestions.read().generate(300, 1)).isEqualTo(mixed.generate(300, 1));
    }

    @Test
    void moreQuestionsBeginWithTheSame() {
        assertThat(mixed.generate(300, 1))
                .startsWith(mixed.generate(100, 1).toArray(ChoiceQuestion[]::new));
    }

    @Test
    void everyQuestionHasDistinctOptionsAndAReferenceAmongThem() {
        for (ChoiceQuestion question : mixed.generate(2_000, 3)) {
            MultipleChoice parsed = MultipleChoice.parse(question.prompt());
            int options =
                    switch (question.kind()) {
                        case ODD_ONE_OUT -> 5;
                        case DATE -> parsed.question().contains("day of the week") ? 7 : 8;
                        default -> 8;
                    };
            assertThat(parsed.options()).hasSize(options).doesNotHaveDuplicates();
            assertThat(question.reference().charAt(0) - 'A').isBetween(0, options - 1);
            assertThat(parsed.options()).doesNotContain(parsed.subject());
        }
    }

    @Test
    void noOtherOptionIsASynonymOfTheRightOne() {
        WordNet wordNet = WordNet.read();
        // To WordNet all numerals are the same, which the answer to a sum may be among.
        Set<Kind> ofNumbers = EnumSet.of(Kind.ARITHMETIC, Kind.UNIT, Kind.DATE);
        for (ChoiceQuestion question : mixed.generate(700, 4)) {
            if (ofNumbers.contains(question.kind())) {
                continue;
            }
            List<String> options = MultipleChoice.parse(question.prompt()).options();
            String right = options.get(question.reference().charAt(0) - 'A');
            for (POS pos : WordNet.PARTS_OF_SPEECH) {
                if (wordNet.words(pos).containsAll(options)) {
                    var names = new HashSet<>(wordNet.namesOf(pos, right));
                    names.retainAll(options);
                    assertThat(names).isSubsetOf(right);
                }
            }
        }
    }

    @Test
    void noOtherOptionIsAPart() {
        WordNet wordNet = WordNet.read();
        for (ChoiceQuestion question : mixed.generate(1_000, 4)) {
            if (question.kind() == Kind.PART) {
                MultipleChoice parsed = MultipleChoice.parse(question.prompt());
                List<String> options = parsed.options();
                String right = options.get(question.reference().charAt(0) - 'A');
                assertThat(options)
                        .filteredOn(option -> wordNet.isPartOf(option, parsed.subject()))
                        .containsExactly(right);
            }
        }
    }

    @Test
    void kindsAndLettersAreMixed() {
        List<ChoiceQuestion> questions = mixed.generate(2_000, 5);

        Map<Kind, Long> kinds =
                questions.stream()
                        .collect(
                                Collectors.groupingBy(ChoiceQuestion::kind, Collectors.counting()));
        for (Kind kind : Kind.values()) {
            assertThat(kinds.get(kind) / 2_000.0)
                    .isBetween(kind.weight() / 135.0, kind.weight() / 72.0);
        }
        Map<String, Long> letters =
                questions.stream()
                        .filter(question -> question.kind() != Kind.ODD_ONE_OUT)
                        .collect(
                                Collectors.groupingBy(
                                        ChoiceQuestion::reference, Collectors.counting()));
        assertThat(letters).hasSize(8);
        assertThat(letters.values()).allMatch(count -> count > 160 && count < 310);
    }

    @Test
    void doesNotRunOut() {
        assertThat(mixed.generate(20_000, 6))
                .extracting(ChoiceQuestion::prompt)
                .doesNotHaveDuplicates();
    }
}
