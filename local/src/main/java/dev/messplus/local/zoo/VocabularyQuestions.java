package dev.messplus.local.zoo;

import dev.messplus.local.zoo.Question.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Generates multiple-choice questions about English words from WordNet.
 *
 * <p>The kinds of questions are chosen so that no model is best at all of them: spelling tells a
 * common root, but not a meaning. A question has one right option. Up to {@value #NEAR_DISTRACTORS}
 * of the wrong ones are close to it in meaning; the rest are random words of the same part of
 * speech.
 *
 * <p>Equal seeds give equal questions. WordNet holds 54,000 such facts. A kind of question that
 * runs out of facts, the first after some 15,000 questions, starts over with other options. An
 * instance takes 250 MB of heap: drop it once the questions are generated.
 */
public final class VocabularyQuestions {

    private static final int OPTIONS = 8;
    private static final int NEAR_DISTRACTORS = 3;

    private final WordNet wordNet;
    private final Map<Kind, List<Fact>> facts;

    private VocabularyQuestions(WordNet wordNet) {
        this.wordNet = wordNet;
        facts = Fact.all(wordNet);
    }

    /** Reads WordNet from the class path; takes a few seconds. */
    public static VocabularyQuestions read() {
        return new VocabularyQuestions(WordNet.read());
    }

    /**
     * Generates questions, with the kinds mixed by weight.
     *
     * @param count number of questions, at least 0
     * @param seed seed of all random choices
     */
    public List<Question> generate(int count, long seed) {
        var random = new Random(seed);
        var shuffled = new EnumMap<Kind, List<Fact>>(Kind.class);
        facts.forEach(
                (kind, all) -> {
                    var copy = new ArrayList<>(all);
                    Collections.shuffle(copy, random);
                    shuffled.put(kind, copy);
                });
        var asked = new EnumMap<Kind, Integer>(Kind.class);
        var questions = new ArrayList<Question>(count);
        while (questions.size() < count) {
            var kind = anyKind(random);
            var ofKind = shuffled.get(kind);
            int turn = asked.merge(kind, 1, Integer::sum) - 1;
            questions.add(ask(ofKind.get(turn % ofKind.size()), random));
        }
        return questions;
    }

    private static Kind anyKind(Random random) {
        int ticket = random.nextInt(100);
        for (Kind kind : Kind.values()) {
            ticket -= kind.weight();
            if (ticket < 0) {
                return kind;
            }
        }
        throw new AssertionError("the weights of the kinds must add up to 100");
    }

    private Question ask(Fact fact, Random random) {
        var options = new LinkedHashSet<String>();
        options.add(fact.answer());
        var near = new ArrayList<String>();
        if (fact.kind() != Kind.ANTONYM) { // words close to an opposite are opposites too
            near.addAll(WordNet.siblings(fact.sense()));
        }
        Collections.shuffle(near, random);
        for (String word : near) {
            if (options.size() <= NEAR_DISTRACTORS && isWrong(word, fact)) {
                options.add(word);
            }
        }
        var words = wordNet.words(fact.pos());
        while (options.size() < OPTIONS) {
            var word = words.get(random.nextInt(words.size()));
            if (isWrong(word, fact)) {
                options.add(word);
            }
        }
        var order = new ArrayList<>(options);
        Collections.shuffle(order, random);
        var prompt = new StringBuilder(fact.kind().ask(fact.subject()));
        for (int i = 0; i < OPTIONS; i++) {
            prompt.append('\n').append(MultipleChoice.letter(i)).append(") ").append(order.get(i));
        }
        char reference = MultipleChoice.letter(order.indexOf(fact.answer()));
        return new Question(prompt.toString(), String.valueOf(reference), fact.kind());
    }

    /** Whether an option is wrong: neither the answer nor a more or less specific word for it. */
    private boolean isWrong(String option, Fact fact) {
        if (option.equals(fact.subject())
                || (fact.kind() == Kind.DERIVATION && Fact.shareRoot(option, fact.subject()))) {
            return false;
        }
        var namesOfOption = wordNet.namesOf(fact.pos(), option);
        return !namesOfOption.contains(fact.answer())
                && !namesOfOption.contains(fact.subject())
                && !wordNet.namesOf(fact.pos(), fact.answer()).contains(option)
                && !wordNet.namesOf(fact.pos(), fact.subject()).contains(option);
    }
}
