package dev.messplus.local.questions;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Questions of all kinds, interleaved at random as traffic is. Equal seeds give equal questions,
 * and more questions begin with the same.
 *
 * <p>An instance takes 250 MB of heap: drop it once the questions are generated.
 */
public final class MixedQuestions {

    private static final int PERCENT = 100;

    private final VocabularyQuestions vocabulary;

    private MixedQuestions(VocabularyQuestions vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** Reads WordNet from the class path; takes a few seconds. */
    public static MixedQuestions read() {
        return new MixedQuestions(new VocabularyQuestions(WordNet.read()));
    }

    /**
     * Generates distinct questions, with the kinds mixed by weight.
     *
     * @param count number of questions, at least 0
     */
    public List<ChoiceQuestion> generate(int count, long seed) {
        Random random = new Random(seed);
        Map<Kind, QuestionSource> sources = new EnumMap<>(vocabulary.sources(random));
        sources.put(Kind.ARITHMETIC, new StoryQuestions());
        sources.put(Kind.UNIT, new UnitQuestions());
        sources.put(Kind.DATE, new DateQuestions());
        Set<String> asked = new HashSet<>();
        List<ChoiceQuestion> questions = new ArrayList<>(count);
        while (questions.size() < count) {
            QuestionSource source = sources.get(anyKind(random));
            ChoiceQuestion question = source.next(random);
            while (!asked.add(question.prompt())) {
                question = source.next(random);
            }
            questions.add(question);
        }
        return questions;
    }

    private static Kind anyKind(Random random) {
        int ticket = random.nextInt(PERCENT);
        for (Kind kind : Kind.values()) {
            ticket -= kind.weight();
            if (ticket < 0) {
                return kind;
            }
        }
        throw new AssertionError("the weights of the kinds must add up to 100");
    }
}
