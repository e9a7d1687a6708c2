package dev.messplus.local.questions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Synset;

/**
 * Questions about English words from WordNet.
 *
 * <p>A question has one right option of eight. Up to {@value #NEAR_DISTRACTORS} of the wrong ones
 * are close to it in meaning; the rest are random words of the same part of speech. The odd one out
 * is one of five words.
 *
 * <p>WordNet holds more than 54,000 such facts. A kind of question that runs out of facts, the
 * first after some 9,000 mixed questions, starts over with other options.
 */
final class VocabularyQuestions {

    private static final int OPTIONS = 8;
    private static final int NEAR_DISTRACTORS = 3;

    /** Words that belong together beside the odd one out. */
    private static final int FAMILY = 4;

    private final WordNet wordNet;
    private final Map<Kind, List<Fact>> facts;
    private final List<List<String>> families;

    VocabularyQuestions(WordNet wordNet) {
        this.wordNet = wordNet;
        facts = Fact.all(wordNet);
        families = families(facts.get(Kind.HYPERNYM));
    }

    /** The kinds of questions about words; each goes through its facts in random order. */
    Map<Kind, QuestionSource> sources(Random random) {
        Map<Kind, QuestionSource> sources = new EnumMap<>(Kind.class);
        facts.forEach((kind, all) -> sources.put(kind, inTurn(all, random, this::ask)));
        sources.put(Kind.ODD_ONE_OUT, inTurn(families, random, this::oddOneOut));
        return sources;
    }

    private interface Asking<T> {
        ChoiceQuestion ask(T fact, Random random);
    }

    private static <T> QuestionSource inTurn(List<T> facts, Random random, Asking<T> asking) {
        List<T> shuffled = new ArrayList<>(facts);
        Collections.shuffle(shuffled, random);
        return new QuestionSource() {
            private int turn;

            @Override
            public ChoiceQuestion next(Random anew) {
                T fact = shuffled.get(turn++ % shuffled.size());
                return asking.ask(fact, anew);
            }
        };
    }

    private ChoiceQuestion ask(Fact fact, Random random) {
        Set<String> wrong = new LinkedHashSet<>();
        List<String> near = new ArrayList<>();
        // Words close to an opposite are opposites too, and WordNet does not list all parts.
        if (fact.kind() != Kind.ANTONYM && fact.kind() != Kind.PART) {
            near.addAll(WordNet.siblings(fact.sense()));
        }
        Collections.shuffle(near, random);
        for (String word : near) {
            if (wrong.size() < NEAR_DISTRACTORS && isWrong(word, fact)) {
                wrong.add(word);
            }
        }
        List<String> words = wordNet.words(fact.pos());
        while (wrong.size() < OPTIONS - 1) {
            String word = words.get(random.nextInt(words.size()));
            if (isWrong(word, fact)) {
                wrong.add(word);
            }
        }
        return Choices.ask(fact.kind(), fact.question(), fact.answer(), wrong, random);
    }

    /** Whether an option is wrong: neither the answer nor a more or less specific word for it. */
    private boolean isWrong(String option, Fact fact) {
        if (option.equals(fact.answer())
                || option.equals(fact.subject())
                || (fact.kind() == Kind.DERIVATION && Spellings.areClose(option, fact.subject()))
                || (fact.kind() == Kind.PART && wordNet.isPartOf(option, fact.subject()))) {
            return false;
        }
        Set<String> namesOfOption = wordNet.namesOf(fact.pos(), option);
        return !namesOfOption.contains(fact.answer())
                && !namesOfOption.contains(fact.subject())
                && !wordNet.namesOf(fact.pos(), fact.answer()).contains(option)
                && !wordNet.namesOf(fact.pos(), fact.subject()).contains(option);
    }

    /** Nouns that are a kind of the same thing, whose name comes first. */
    private static List<List<String>> families(List<Fact> kinds) {
        Map<Synset, Set<String>> families = new LinkedHashMap<>();
        for (Fact kind : kinds) {
            Set<String> family =
                    families.computeIfAbsent(kind.sense(), broader -> new LinkedHashSet<>());
            family.add(kind.answer());
            family.add(kind.subject());
        }
        return families.values().stream()
                .filter(family -> family.size() > FAMILY)
                .map(List::copyOf)
                .toList();
    }

    private ChoiceQuestion oddOneOut(List<String> family, Random random) {
        List<String> members = new ArrayList<>(family.subList(1, family.size()));
        Collections.shuffle(members, random);
        Collection<String> together = members.subList(0, FAMILY);
        List<String> nouns = wordNet.words(POS.NOUN);
        String odd = nouns.get(random.nextInt(nouns.size()));
        while (isRelated(odd, family)) {
            odd = nouns.get(random.nextInt(nouns.size()));
        }
        return Choices.ask(
                Kind.ODD_ONE_OUT,
                "Which of these does not belong with the others?",
                odd,
                together,
                random);
    }

    /** Whether a noun names a member of a family, or what its members are a kind of. */
    private boolean isRelated(String noun, List<String> family) {
        return wordNet.namesOf(POS.NOUN, noun).stream().anyMatch(family::contains)
                || family.stream()
                        .anyMatch(member -> wordNet.namesOf(POS.NOUN, member).contains(noun));
    }
}
