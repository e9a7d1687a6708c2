package dev.messplus.scoring;

import java.util.Arrays;
import java.util.List;

/**
 * How well a model's output answers a prompt whose right answers are known.
 *
 * <p>Every score lies in [0, 1], is never NaN, and depends on nothing but the two texts. Every
 * metric accepts any text, empty, blank or malformed, of any length. All take time linear in the
 * length of the texts, or n log n where somebody made up words that share a hash code, except
 * {@link #ROUGE_L}, which takes the product of the two lengths.
 */
public enum Metric {
    /**
     * 1 if the output and a reference consist of the same words, else 0.
     *
     * <p>Words are those of SQuAD's evaluation script (Rajpurkar et al., 2016): lower-cased,
     * without punctuation, without the articles a, an and the, white space collapsed. Two rules are
     * added. Punctuation is what Unicode calls so, and an ideograph is a word of its own, since its
     * script sets no spaces between words. And no rule applies that would leave nothing of a text,
     * so that the answers {@code A} and {@code +} differ from the answers {@code The} and {@code
     * -}. A blank output matches a blank reference, the no-answer convention of SQuAD 2.0.
     */
    EXACT("exact"),

    /**
     * The harmonic mean of the precision and recall of the output's words, taken as for {@link
     * #EXACT}: SQuAD's token F1. The best over the references. 1 if both texts are blank.
     */
    F1("f1"),

    /**
     * Sentence BLEU (Papineni et al., 2002) as computed by sacreBLEU's {@code sentence_bleu} with
     * its defaults, on a scale of 0 to 1: 13a tokens, case kept, n-grams up to 4 or as long as the
     * output allows, exponential smoothing. Several references are not scored one by one but
     * jointly, as BLEU defines it. 0 if no word matches.
     *
     * @see Bleu#corpus corpus BLEU
     */
    BLEU("bleu"),

    /**
     * The F-measure of the words the texts share, as computed by Google's rouge-score without
     * stemming; the best over the references.
     *
     * <p>A word is a run of letters, marks and digits, lower-cased; rouge-score knows ASCII only,
     * here other scripts count too and an ideograph is a word of its own. On ASCII both agree. 0 if
     * either text has no word.
     */
    ROUGE_1("rouge1"),

    /**
     * Like {@link #ROUGE_1} for pairs of adjacent words. 0 if either text has fewer than two words.
     */
    ROUGE_2("rouge2"),

    /**
     * Like {@link #ROUGE_1} for the longest common subsequence of the two texts, each taken as one
     * sentence. Memory is linear in the length of the texts, time is not: two texts of a megabyte
     * take seconds.
     */
    ROUGE_L("rougeL"),

    /**
     * 1 if the output picks the option that a reference names, by its letter or by its text, else
     * 0.
     *
     * <p>A <em>label</em> is one of the letters A to Z, in either case, in one of these forms.
     * Brackets, quotes and the markup {@code * _ `} may surround it, and the word "option" or
     * "choice" may precede it.
     *
     * <ol>
     *   <li>Alone: {@code B}, {@code (b)}, {@code **B.**}
     *   <li>Marked off from the text that follows by a closing bracket, by a full stop or colon and
     *       white space, by a dash between white space, or by the end of the line: {@code B)
     *       Paris}, {@code B. Paris}, {@code B - Paris}
     *   <li>A capital after "answer", "option" or "choice" and "is", a colon or an equals sign,
     *       whatever follows: {@code The answer is B because…}. There, "I" before another word is a
     *       word and not a label, and so is "A" unless "is" precedes it: {@code Answer: A dog}.
     * </ol>
     *
     * <p>A bare letter before other words is therefore no label ({@code A dog barks}), and a label
     * joined to a capital by a comma, a slash, &, "and" or "or" is a hedge and no label either
     * ({@code A or B}).
     *
     * <p>What follows "answer is", "answer:" and the like, up to the end of the line, is the
     * output's answer: the last such with a label; if none has one, the last; without any, the
     * whole output. A reference is read in the same way, so {@code B}, {@code B. Paris} and {@code
     * Paris} are all accepted. If both have a label, the labels decide. Otherwise the texts, less
     * their labels, must not be blank and must consist of the same words, those of {@link #EXACT}.
     */
    CHOICE("choice");

    private final String wireName;

    Metric(String wireName) {
        this.wireName = wireName;
    }

    /** The metric's name in records, configuration and SQL. */
    public String wireName() {
        return wireName;
    }

    /** Names of all metrics. */
    public static List<String> wireNames() {
        return Arrays.stream(values()).map(Metric::wireName).toList();
    }

    /**
     * The metric of this name.
     *
     * @param name a {@linkplain #wireName() wire name}; case matters
     * @throws IllegalArgumentException if there is none; the message lists the names there are
     */
    public static Metric fromName(String name) {
        for (Metric metric : values()) {
            if (metric.wireName.equals(name)) {
                return metric;
            }
        }
        throw new IllegalArgumentException(
                "unknown metric '%s', must be one of %s"
                        .formatted(name, String.join(", ", wireNames())));
    }

    /**
     * Scores a model's output.
     *
     * @param output what the model wrote
     * @param references the right answers, at least one; their order does not matter
     * @return the score, 0 (wrong) to 1 (right)
     * @throws IllegalArgumentException if there is no reference
     */
    public double score(String output, List<String> references) {
        if (references.isEmpty()) {
            throw new IllegalArgumentException(wireName + " needs at least one reference");
        }
        return switch (this) {
            case EXACT -> Squad.exact(output, references);
            case F1 -> Squad.f1(output, references);
            case BLEU -> Bleu.sentence(output, references);
            case ROUGE_1 -> Rouge.ofNGrams(1, output, references);
            case ROUGE_2 -> Rouge.ofNGrams(2, output, references);
            case ROUGE_L -> Rouge.ofSubsequence(output, references);
            case CHOICE -> Choice.score(output, references);
        };
    }
}
