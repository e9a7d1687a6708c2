package dev.messplus.local.questions;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.PointerType;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.data.Word;

/**
 * A fact in WordNet that a question can ask for.
 *
 * @param subject the word or definition in the question
 * @param sense sense of the answer; wrong options are taken from its neighbourhood
 */
record Fact(Kind kind, String subject, String answer, Synset sense) {

    private static final Pattern BLANKS = Pattern.compile(" ");
    private static final int MIN_DEFINITION_WORDS = 4;

    /** Two words that start with this many equal letters are taken to share a root. */
    private static final int ROOT_LETTERS = 4;

    /** The question that asks for the fact. */
    String question() {
        return switch (kind) {
            case DEFINITION -> "Which word means: " + subject + "?";
            case SYNONYM -> "Which word is closest in meaning to \"" + subject + "\"?";
            case ANTONYM -> "Which word is the opposite of \"" + subject + "\"?";
            case HYPERNYM -> "What kind of thing is \"" + subject + "\"?";
            case HYPONYM -> "Which of these is a kind of \"" + subject + "\"?";
            case PART -> "Which of these is a part of \"" + subject + "\"?";
            case DERIVATION -> "Which word comes from the same root as \"" + subject + "\"?";
            case SPELLING -> "Which is another spelling of \"" + subject + "\"?";
            default -> throw new IllegalStateException("no fact is of the kind " + kind);
        };
    }

    /** Part of speech of the answer and of all options. */
    POS pos() {
        return sense.getPOS();
    }

    /** All facts, by kind of question. */
    static Map<Kind, List<Fact>> all(WordNet wordNet) {
        var facts = new EnumMap<Kind, List<Fact>>(Kind.class);
        for (POS pos : WordNet.PARTS_OF_SPEECH) {
            for (Synset sense : wordNet.senses(pos)) {
                var word = WordNet.commonest(sense).orElseThrow();
                for (Fact fact : of(sense, word)) {
                    facts.computeIfAbsent(fact.kind(), kind -> new ArrayList<>()).add(fact);
                }
            }
        }
        return facts;
    }

    private static List<Fact> of(Synset sense, String word) {
        var facts = new ArrayList<Fact>();
        if (isEverything(sense)) {
            return facts;
        }
        var definition = WordNet.definition(sense);
        var definitionWords = List.of(BLANKS.split(definition));
        if (definitionWords.size() >= MIN_DEFINITION_WORDS && !definitionWords.contains(word)) {
            facts.add(new Fact(Kind.DEFINITION, definition, word, sense));
        }
        for (Word other : sense.getWords()) {
            var lemma = other.getLemma();
            if (lemma.equals(word) || !WordNet.isPlain(lemma)) {
                continue;
            }
            if (Spellings.areOfOneWord(lemma, word)) {
                facts.add(new Fact(Kind.SPELLING, lemma, word, sense));
            } else if (WordNet.isCommon(other) && !shareRoot(lemma, word)) {
                facts.add(new Fact(Kind.SYNONYM, lemma, word, sense));
            }
        }
        if (sense.getPOS() == POS.NOUN) {
            for (Synset broader : WordNet.targets(sense, PointerType.HYPERNYM)) {
                WordNet.commonest(broader)
                        .filter(name -> !isEverything(broader))
                        .filter(name -> !shareRoot(word, name) && !word.contains(name))
                        .ifPresent(
                                name -> {
                                    facts.add(new Fact(Kind.HYPERNYM, word, name, broader));
                                    facts.add(new Fact(Kind.HYPONYM, name, word, sense));
                                });
            }
            for (Synset part : WordNet.targets(sense, PointerType.PART_MERONYM)) {
                WordNet.commonest(part)
                        .filter(name -> !shareRoot(word, name) && !name.contains(word))
                        .ifPresent(name -> facts.add(new Fact(Kind.PART, word, name, part)));
            }
        }
        addLexical(sense, facts);
        return facts;
    }

    /** Whether every noun names a kind of it, so that there is no wrong option: an entity. */
    private static boolean isEverything(Synset sense) {
        return sense.getPOS() == POS.NOUN && WordNet.targets(sense, PointerType.HYPERNYM).isEmpty();
    }

    /** Adds the relations between words, as opposed to senses. */
    private static void addLexical(Synset sense, List<Fact> facts) {
        for (var pointer : sense.getPointers()) {
            if (pointer.getSource() instanceof Word source
                    && WordNet.target(pointer) instanceof Word target
                    && WordNet.isCommon(source)
                    && WordNet.isCommon(target)
                    && WordNet.PARTS_OF_SPEECH.contains(target.getPOS())) {
                var from = source.getLemma();
                var to = target.getLemma();
                if (pointer.getType() == PointerType.ANTONYM) {
                    facts.add(new Fact(Kind.ANTONYM, from, to, target.getSynset()));
                } else if (pointer.getType() == PointerType.DERIVATION
                        && target.getPOS() != source.getPOS()
                        && !to.equals(from)) {
                    facts.add(new Fact(Kind.DERIVATION, from, to, target.getSynset()));
                }
            }
        }
    }

    /** Whether two words start alike. */
    static boolean shareRoot(String a, String b) {
        return a.regionMatches(0, b, 0, Math.min(ROOT_LETTERS, Math.min(a.length(), b.length())));
    }
}
